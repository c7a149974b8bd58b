export { passOfFour, passOfOdd, passOfTwo, turnRows } from "./passes";
export {
  amplitude,
  copy,
  join,
  loadColours,
  loadPacked,
  separate,
  storeColours,
  storePacked,
  takeAmplitude,
  transpose,
} from "./planes";
