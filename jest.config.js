/** All packages in one run; `pnpm --filter @apr-kit/NAME test` runs one. */
export default {
  projects: ["<rootDir>/packages/*", "<rootDir>/apps/*", "<rootDir>/internal/testing"],
};
