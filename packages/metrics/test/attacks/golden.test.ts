import { availableEngines, startEngine } from "@apr-kit/engine";
import { expectAllClose } from "@apr-kit/testing";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { apgdRun } from "../../src/attacks/apgdRun.ts";
import { openBatch } from "../../src/attacks/attackBatch.ts";
import { crossEntropyLoss } from "../../src/attacks/crossEntropyLoss.ts";
import { dlrLoss } from "../../src/attacks/dlrLoss.ts";
import { hostLogits } from "../../src/attacks/hostLogits.ts";
import { fgsm, pgd } from "../../src/attacks/index.ts";
import { channelsLast, formulaBatch, formulaNet, golden } from "./formulaNet.ts";

jest.setTimeout(30_000); // a busy machine

const engines = (await availableEngines()).filter((engine) => engine !== "wasm");

describe.each(engines)("on %s, the golden net", (engine) => {
  beforeAll(() => startEngine({ engine, threads: 2 }));
  const batch = formulaBatch();

  test("has the golden logits", async () => {
    const { values } = await hostLogits(formulaNet, batch.images, batch.shape);
    expectAllClose(values, golden.clean_logits.flat());
  });

  test("gives FGSM's golden images", async () => {
    const { images } = await fgsm(formulaNet, batch, { norm: "Linf", epsilon: 8 / 255 });
    expectAllClose(images, channelsLast(golden.fgsm_linf), { rtol: 0, atol: 1e-6 });
  });

  test.each([
    ["Linf", 8 / 255, 2 / 255, "pgd_linf_8_2_10_nostart"],
    ["L2", 0.5, 0.1, "pgd_l2_0.5_0.1_10_nostart"],
  ] as const)("gives PGD's golden images, %s", async (norm, epsilon, stepSize, key) => {
    const options = { norm, epsilon, stepSize, steps: 10, randomStart: false };
    const { images } = await pgd(formulaNet, batch, options);
    expectAllClose(images, channelsLast(golden[key]), { rtol: 0, atol: 1e-5 });
  });

  test.each([
    ["Linf", "ce"],
    ["Linf", "dlr"],
    ["L2", "ce"],
    ["L2", "dlr"],
  ] as const)("gives APGD's golden images and losses, %s %s", async (norm, loss) => {
    const expected = golden[`apgd_${norm}_${loss}_20`];
    const rows = openBatch("test", batch);
    const of = loss === "ce" ? crossEntropyLoss : dlrLoss;
    const found = await apgdRun(
      formulaNet,
      { rows, starts: rows.images },
      {
        norm,
        epsilon: norm === "Linf" ? 8 / 255 : 0.5,
        iterations: 20,
        loss: (logits, row) => of(logits, rows.labels[row] as number),
        eotIterations: 1,
        stop: "never",
        task: "apgd",
      },
    );
    expectAllClose(found.bestLosses, expected.loss_best);
    expectAllClose(found.bestImages, channelsLast(expected.x_best), { rtol: 0, atol: 1e-4 });
    expect([...found.isBroken]).toEqual(expected.still_correct.map((kept: number) => 1 - kept));
  });
});
