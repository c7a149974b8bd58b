import { availableEngines, startEngine } from "@apr-kit/engine";
import { beforeAll, describe } from "@jest/globals";

const engines = await availableEngines();

/** Declares the tests of `body` once for every engine that can run here. */
export function describeOnEveryEngine(title: string, body: () => void): void {
  describe.each(engines)(`${title} on %s`, (engine) => {
    beforeAll(async () => {
      await startEngine({ engine, threads: 2 });
    });
    body();
  });
}
