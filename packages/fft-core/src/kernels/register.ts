/** @file Imported for its effect: kernels and gradients are known to TensorFlow.js from then on. */
import "./cpu.ts";
import "./wasm.ts";
import "./tensorFlow.ts";
import "./webgpu.ts";
import "./gradients.ts";
