import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import { drawNetwork, residualLoss } from "../../test/residualNetwork.ts";
import { availableEngines } from "../availableEngines.ts";
import { startEngine } from "../startEngine.ts";

jest.setTimeout(60_000); // a busy machine

const engines = await availableEngines();

describe.each(engines.filter((engine) => engine !== "cpu"))("differentiation on %s", (engine) => {
  beforeAll(() => startEngine({ engine, threads: 2 }));

  test("gives the bits of tfjs's own", () => {
    const { images, labels, weights } = drawNetwork();
    const loss = (...list: tf.Tensor[]) => residualLoss(images, labels, list);
    const stock = stockValueAndGrads(() => loss(...weights), weights);
    const ours = tf.valueAndGrads(loss)(weights);
    expect(ours.value.dataSync()).toEqual(stock.value.dataSync());
    ours.grads.forEach((gradient, i) => {
      expect(gradient.dataSync()).toEqual(stock.grads[i]!.dataSync());
    });
    tf.dispose([stock.value, stock.grads, ours.value, ours.grads, images, labels, weights]);
  });

  test("holds far fewer tensors on the way than tfjs's own, and none after", () => {
    const { images, labels, weights } = drawNetwork();
    let held = 0;
    const watched = tf.customGrad((x) => ({
      value: tf.clone(x as tf.Tensor),
      gradFunc: (dy) => {
        held = tf.memory().numTensors; // the first filter's: the last to be computed
        return tf.clone(dy as tf.Tensor);
      },
    }));
    const loss = (...[stem, ...rest]: tf.Tensor[]) =>
      residualLoss(images, labels, [watched(stem!), ...rest]);
    const stock = stockValueAndGrads(() => loss(...weights), weights);
    tf.dispose([stock.value, stock.grads]);
    const stockHeld = held;
    const before = tf.memory().numTensors;
    const { value, grads } = tf.valueAndGrads(loss)(weights);
    expect(held - before).toBeLessThan(20); // nine gradients of weights, and what is at hand
    expect(stockHeld - before).toBeGreaterThan(50);
    tf.dispose([value, grads]);
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([images, labels, weights]);
  });

  test("adds what reaches a tensor by several ways, and keeps tensors apart that share a gradient", () => {
    tf.tidy(() => {
      const f = (a: tf.Tensor, b: tf.Tensor) =>
        tf.sum(tf.add(tf.mul(tf.add(a, b), a), tf.add(a, a)));
      const { value, grads } = tf.valueAndGrads(f)([tf.tensor1d([1, 2]), tf.tensor1d([3, 4])]);
      expect(value.dataSync()[0]).toBe(1 * 4 + 2 * 6 + 6);
      expect(Array.from(grads[0]!.dataSync())).toEqual([7, 10]); // 2a + b + 2
      expect(Array.from(grads[1]!.dataSync())).toEqual([1, 2]); // a
    });
  });

  test("takes a dy, variables, and custom gradients that hand one tensor on", () => {
    tf.tidy(() => {
      const same = tf.customGrad((x, y) => ({
        value: tf.add(x as tf.Tensor, y as tf.Tensor),
        gradFunc: (dy) => [dy as tf.Tensor, dy as tf.Tensor],
      }));
      const dy = tf.tensor1d([1, 10]);
      const at = [tf.tensor1d([0, 0]), tf.tensor1d([0, 0])];
      const [dx, dz] = tf.grads((x, z) => same(same(x!, z!), x!))(at, dy);
      expect([...dx!.dataSync(), ...dz!.dataSync()]).toEqual([2, 20, 1, 10]);
      expect(Array.from(dy.dataSync())).toEqual([1, 10]); // still there
      const weight = tf.variable(tf.tensor1d([2, 3]));
      const { grads } = tf.variableGrads(() => tf.sum(tf.square(weight)), [weight]);
      expect(Array.from(grads[weight.name]!.dataSync())).toEqual([4, 6]);
      weight.dispose();
    });
  });

  test("of a differentiation gives second derivatives", () => {
    tf.tidy(() => {
      const slope = tf.grad((x) => tf.sum(tf.pow(x, 3)));
      expect(
        Array.from(
          tf
            .grad((x) => tf.sum(slope(x)))(tf.tensor1d([1, 2]))
            .dataSync(),
        ),
      ).toEqual([6, 12]);
    });
  });

  test("reads an output that only one way uses, of an operation with several", () => {
    tf.tidy(() => {
      const last = (x: tf.Tensor) => tf.sum(tf.split(x, 3)[2]!);
      expect(
        Array.from(
          tf
            .grad(last)(tf.tensor1d([1, 2, 3]))
            .dataSync(),
        ),
      ).toEqual([0, 0, 1]);
    });
  });

  test("leaves nothing behind where it fails", () => {
    const x = tf.tensor1d([1, 2]);
    const before = tf.memory().numTensors;
    expect(() => tf.valueAndGrads(() => tf.scalar(1))([x])).toThrow(
      "Cannot compute gradient of y=f(x) with respect to x. Make sure that",
    );
    const failing = (y: tf.Tensor) => {
      tf.square(y);
      throw new Error("of f");
    };
    expect(() => tf.grad(failing)(x)).toThrow("of f");
    const wrong = tf.customGrad((y) => ({
      value: tf.sum(y as tf.Tensor),
      gradFunc: () => tf.scalar(1),
    }));
    expect(() => tf.grad((y) => wrong(tf.square(y)))(x)).toThrow(
      /to give a gradient float32 \[2\]/,
    );
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});

/** By the method that tfjs's class has: ours is the engine's own property. */
function stockValueAndGrads(compute: () => tf.Tensor, xs: tf.Tensor[]) {
  const engine = tf.engine();
  const { gradients } = Object.getPrototypeOf(engine) as Pick<typeof engine, "gradients">;
  return tf.tidy(() => gradients.call(engine, compute, xs));
}
