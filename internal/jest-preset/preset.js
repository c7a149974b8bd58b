import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);

/** One project per package: native ESM, TypeScript through swc, sibling packages read from their sources. */
export default {
  testEnvironment: fileURLToPath(new URL("./environment.cjs", import.meta.url)),
  testEnvironmentOptions: { customExportConditions: ["@apr-kit/source", "node", "node-addons"] },
  extensionsToTreatAsEsm: [".ts"],
  transform: {
    "^.+\\.ts$": [
      require.resolve("@swc/jest"),
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "es6" } },
    ],
  },
  testMatch: ["<rootDir>/src/**/*.test.ts", "<rootDir>/test/**/*.test.ts"],
};
