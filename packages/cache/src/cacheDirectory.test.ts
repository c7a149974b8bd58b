import { homedir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { cacheDirectory } from "./cacheDirectory.ts";

const saved = { APR_CACHE: process.env.APR_CACHE, XDG_CACHE_HOME: process.env.XDG_CACHE_HOME };

beforeEach(() => {
  delete process.env.APR_CACHE;
  delete process.env.XDG_CACHE_HOME;
});

afterEach(() => {
  for (const [name, value] of Object.entries(saved)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
});

test("without variables it is ~/.cache/apr-kit", () => {
  expect(cacheDirectory()).toBe(join(homedir(), ".cache", "apr-kit"));
});

test("XDG_CACHE_HOME moves it, unless it is relative or empty", () => {
  process.env.XDG_CACHE_HOME = "/somewhere";
  expect(cacheDirectory()).toBe("/somewhere/apr-kit");
  process.env.XDG_CACHE_HOME = "relative";
  expect(cacheDirectory()).toBe(join(homedir(), ".cache", "apr-kit"));
  process.env.XDG_CACHE_HOME = "";
  expect(cacheDirectory()).toBe(join(homedir(), ".cache", "apr-kit"));
});

test("APR_CACHE is the folder itself and wins", () => {
  process.env.XDG_CACHE_HOME = "/somewhere";
  process.env.APR_CACHE = "/own";
  expect(cacheDirectory()).toBe("/own");
});
