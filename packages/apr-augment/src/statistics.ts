/** Mean and standard deviation of each channel of a data set, on the [0, 1] scale. */
export interface ChannelStatistics {
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * Statistics in use, by name.
 *
 * - `cifar10Apr`: what the official APR code takes for CIFAR-10 and CIFAR-100 alike. Its deviations are
 *   those within an image, averaged, not those of the data set: they come out too small.
 * - `cifar10`: the deviations of all pixels of CIFAR-10, as the adversarial recipe takes.
 * - `cifar100`, `imagenet`: as commonly published for these data sets.
 */
export const STATISTICS = {
  cifar10Apr: { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] },
  cifar10: { mean: [0.4914, 0.4822, 0.4465], std: [0.2471, 0.2435, 0.2616] },
  cifar100: { mean: [0.5071, 0.4867, 0.4408], std: [0.2675, 0.2565, 0.2761] },
  imagenet: { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] },
} as const satisfies Record<string, ChannelStatistics>;
