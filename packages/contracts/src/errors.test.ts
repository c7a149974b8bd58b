import { describe, expect, test } from "@jest/globals";
import { SetupError, ShapeError, show, ValueError } from "./errors.ts";

describe("ShapeError and ValueError", () => {
  test("say where, what was expected and what came", () => {
    const error = new ShapeError("fft2", { expected: "images of rank 4", actual: "[32, 32, 3]" });
    expect(error.message).toBe("fft2: expected images of rank 4, got [32, 32, 3]");
    expect(error).toMatchObject({
      name: "ShapeError",
      code: "SHAPE",
      expected: "images of rank 4",
      actual: "[32, 32, 3]",
    });
    expect(error).toBeInstanceOf(Error);
    expect("cause" in error).toBe(false);
  });

  test("carry the error that they wrap", () => {
    const cause = new Error("disk");
    const error = new ValueError("read", { expected: "a file", actual: "nothing", cause });
    expect(error).toMatchObject({ name: "ValueError", code: "VALUE", cause });
  });
});

test("SetupError ends with what to do", () => {
  const cause = new Error("ENOENT");
  const error = new SetupError("startEngine", "no library", "run `apr setup`", { cause });
  expect(error.message).toBe("startEngine: no library; run `apr setup`");
  expect(error).toMatchObject({
    name: "SetupError",
    code: "SETUP",
    problem: "no library",
    remedy: "run `apr setup`",
    cause,
  });
});

describe("show", () => {
  test.each([
    ["a\nb", '"a\\nb"'],
    [0.1, "0.1"],
    [-0, "-0"],
    [Number.NaN, "NaN"],
    [12n, "12n"],
    [null, "null"],
    [undefined, "undefined"],
    [true, "true"],
    [Symbol("axis"), "Symbol(axis)"],
    [[1, Number.NaN, Number.NEGATIVE_INFINITY, 3n], "[1,NaN,-Infinity,3n]"],
    [{ size: 3 }, '{"size":3}'],
    [new Float32Array(3), "Float32Array(3)"],
    [new DataView(new ArrayBuffer(5)), "DataView(5)"],
    [Math.sin, "function sin"],
    [() => 0, "function (anonymous)"],
  ])("renders %p", (value, text) => {
    expect(show(value)).toBe(text);
  });

  test("names the class of what refers to itself", () => {
    const cycle: { self?: object } = {};
    cycle.self = cycle;
    expect(show(cycle)).toBe("Object");
  });

  test("names the class of what is endless as text, at once", () => {
    let doubled: unknown[] = ["a"];
    for (let level = 0; level < 60; level++) doubled = [doubled, doubled];
    expect(show(doubled)).toBe("Array");
    const long = "x".repeat(2 ** 20);
    expect(show(Array.from({ length: 9000 }, () => long))).toHaveLength(80);
  });

  test("cuts long text at 80 characters", () => {
    expect(show("x".repeat(500))).toBe(`"${"x".repeat(76)}...`);
    expect(show(Array.from({ length: 500 }, () => 7))).toHaveLength(80);
  });
});
