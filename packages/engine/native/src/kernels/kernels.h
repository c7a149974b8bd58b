// The operations that this addon adds to TensorFlow, on the CPU.
#pragma once

namespace apr::kernels {

// Registers all of them; once per process.
void registerKernels();

void registerBatchNorm();
void registerConvolution();
void registerFilterGradient();
void registerImageOps();
void registerMaxPool();
void registerMovingAverage();
void registerRealFft();
void registerRecombineImages();
void registerSgdNesterov();

// Whether AprFilterGradient can run here, and is quicker than TensorFlow's own.
bool hasBfloat16Units();

// Whether AprConvolution and its gradients run on AMX tiles here; asks the system for them, once.
bool hasTiles();

}  // namespace apr::kernels
