import { expect, test } from "@jest/globals";
import { squareSide } from "./squareSide.ts";

const cifar = { height: 32, width: 32 } as const;

test("the window of a 32×32 image shrinks after the published iterations", () => {
  const sides = [0, 10, 11, 51, 201, 501, 1001, 2001, 4001, 6001, 8001].map((iteration) =>
    squareSide({ ...cifar, iteration, norm: "Linf" }),
  );
  // √(.8 · 1024 / 2^k) = 28.6, 28.6, 20.2, 14.3, 10.1, 7.2, 5.06, 3.6, 2.5, 1.8, 1.3
  expect(sides).toEqual([29, 29, 20, 14, 10, 7, 5, 4, 3, 2, 1]);
});

test("L2 windows are odd, at least 3, and never larger than the image", () => {
  const sides = [0, 11, 51, 4001, 8001].map((iteration) =>
    squareSide({ ...cifar, iteration, norm: "L2" }),
  );
  expect(sides).toEqual([29, 21, 15, 3, 3]);
  expect(squareSide({ iteration: 0, height: 6, width: 6, norm: "L2" })).toBe(5);
  expect(squareSide({ iteration: 0, height: 4, width: 64, norm: "Linf" })).toBe(4);
});
