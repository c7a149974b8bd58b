export { default } from "../jest-preset/preset.js";
