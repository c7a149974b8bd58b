import { expect, jest, test } from "@jest/globals";
import { formats, fuzz } from "./fuzz.ts";

jest.setTimeout(60_000); // for busy machines; two seconds otherwise

test.each(Object.keys(formats) as (keyof typeof formats)[])(
  "damaged %s files are read or refused with a ValueError, each at once",
  (format) => {
    const { read, refused, slowestCpuMs } = fuzz(format, { seed: 1, cases: 1000 });
    expect(read).toBeGreaterThan(0);
    expect(refused).toBeGreaterThan(300);
    expect(slowestCpuMs).toBeLessThan(2000);
  },
);
