import { createRng } from "@apr-kit/contracts";
import { expect, test } from "@jest/globals";
import { pictures } from "../test/pictures.ts";
import { corrupt } from "./corrupt.ts";
import { corruptImage } from "./corruptImage.ts";
import { recordedDraws } from "./draws/recordedDraws.ts";
import { rngDraws } from "./draws/rngDraws.ts";

const image = { data: pictures(1, 32).data, side: 32 };

test("corruptImage(image, options) with the stream of a sample equals corrupt of that sample", async () => {
  const draws = rngDraws(createRng({ seed: 3, purpose: "snow/4", sample: 9 }));
  const alone = await corruptImage(image, { name: "snow", severity: 4, draws });
  const options = { name: "snow", severity: 4, seed: 3, samples: [9] } as const;
  expect(alone).toEqual((await corrupt(pictures(1, 32), options)).data);
});

test("corruptImage(image, options) says when recorded numbers run out", async () => {
  const draws = recordedDraws(new Float64Array(10));
  await expect(corruptImage(image, { name: "fog", severity: 1, draws })).rejects.toThrow(
    "recordedDraws: expected at least 11 recorded numbers, got 10",
  );
});

test("corruptImage(image, options) rejects data of another size", async () => {
  const draws = recordedDraws(new Float64Array(0));
  const short = { data: new Uint8Array(7), side: 32 };
  await expect(corruptImage(short, { name: "fog", severity: 1, draws })).rejects.toThrow(
    "corruptImage: expected data of 3072 bytes for [32, 32, 3], got 7 bytes",
  );
});
