export { default } from "@apr-kit/jest-preset";
