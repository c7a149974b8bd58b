import { createRng } from "@apr-kit/contracts";
import { expect, test } from "@jest/globals";
import sharp from "sharp";
import { pictures } from "../../test/pictures.ts";
import { jpegRoundTrip } from "./jpegRoundTrip.ts";

test.each([16, 17, 24, 31, 32, 33, 34, 41, 50, 64])(
  "jpegRoundTrip(bytes, %i, quality) gives what libjpeg-turbo writes and reads",
  async (side) => {
    const rng = createRng({ seed: 1, purpose: "jpeg", sample: side });
    const noisy = pictures(1, side).data.map((byte) =>
      Math.min(Math.max(byte + rng.integer(81) - 40, 0), 255),
    );
    const hard = noisy.map((byte) => (byte > 128 ? 255 : 0));
    for (const data of [noisy, hard]) {
      for (const quality of [1, 7, 25, 50, 80, 100]) {
        const raw = { width: side, height: side, channels: 3 } as const;
        const file = await sharp(data, { raw })
          .jpeg({ quality, chromaSubsampling: "4:2:0" })
          .toBuffer();
        const expected = await sharp(file).raw().toBuffer();
        const bytes = jpegRoundTrip(data, side, quality);
        const wrong = bytes.reduce((sum, byte, i) => sum + (byte === expected[i] ? 0 : 1), 0);
        expect([quality, wrong]).toEqual([quality, 0]);
      }
    }
  },
);
