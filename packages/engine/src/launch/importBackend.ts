import * as tf from "@tensorflow/tfjs-core";

/**
 * Imports a package that registers a tfjs backend, keeping the kernels that were registered for it before.
 *
 * tfjs on its own would print a line for each of them and let the import win.
 */
export async function importBackend<TModule>(
  backendName: string,
  load: () => Promise<TModule>,
): Promise<TModule> {
  const isImported = tf.findBackendFactory(backendName) != null;
  const early = isImported ? [] : tf.getKernelsForBackend(backendName);
  for (const { kernelName } of early) tf.unregisterKernel(kernelName, backendName);
  const module = await load();
  for (const kernel of early) {
    const { kernelName } = kernel;
    const isStock = tf.getKernel(kernelName, backendName) !== undefined;
    if (isStock) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel(kernel);
  }
  return module;
}
