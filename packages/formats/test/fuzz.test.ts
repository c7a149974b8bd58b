import { describe, expect, test } from "@jest/globals";
import { formats, fuzz } from "./fuzz.ts";

describe("damaged files are read or refused with a ValueError, at once", () => {
  test.each(Object.keys(formats))("%s", (name) => {
    const { cases, read, refused, slowestCpuMs } = fuzz(name, { seed: 1, cases: 1000 });
    expect(read + refused).toBe(cases);
    expect(refused).toBeGreaterThan(cases / 4);
    expect(slowestCpuMs).toBeLessThan(2000); // a collection of garbage may fall into it
  });
});
