import { expect, test } from "@jest/globals";
import { configProto } from "./configProto.ts";

test("an empty configuration is an empty message", () => {
  expect(configProto()).toEqual(new Uint8Array(0));
});

test("thread counts are fields 2 and 5", () => {
  expect(Array.from(configProto({ threads: 300, interOpThreads: 1 }))).toEqual([
    0x10, 0xac, 0x02, 0x28, 0x01,
  ]);
});

test("growing GPU memory is field 4 of gpu_options, field 6", () => {
  expect(Array.from(configProto({ allowGrowth: true }))).toEqual([0x32, 0x02, 0x20, 0x01]);
});

test("no GPU is a device_count of 0, an entry of the map in field 1", () => {
  const key = [0x0a, 3, ...Buffer.from("GPU")];
  expect(Array.from(configProto({ gpu: false }))).toEqual([0x0a, 7, ...key, 0x10, 0]);
  expect(configProto({ gpu: true })).toHaveLength(0);
});

test("the leader of collectives is field 1 of experimental, field 16", () => {
  const text = [...Buffer.from("/job:a")];
  expect(Array.from(configProto({ collectiveLeader: "/job:a" }))).toEqual([
    0x82,
    0x01,
    8,
    0x0a,
    6,
    ...text,
  ]);
});
