export { filterGradient } from "./filterGradient";
export { maxPool, maxPoolGradient } from "./maxPool";
export { centredProducts, channelSums, mix, normalise, reluGradient } from "./perChannel";
