/** What happens to the saturation or the value of one pixel; the result is clipped to [0, 1]. */
export interface HsvChange {
  readonly component: "saturation" | "value";
  readonly multiplier: number;
  readonly addend: number;
}

/**
 * Changes one HSV component of every pixel and returns to RGB.
 *
 *     component ← clip(component · multiplier + addend, 0, 1)
 *
 * @param rgb [pixels, 3], values in [0, 1]; overwritten
 * @returns rgb
 *
 * Convention: as skimage's rgb2hsv and hsv2rgb in float64: hue in [0, 1), hue = saturation = 0 for
 *             grey, and where channels tie for the maximum blue wins over green over red.
 */
export function mapHsv(rgb: Float64Array, change: HsvChange): Float64Array {
  const { component, multiplier, addend } = change;
  for (let i = 0; i < rgb.length; i += 3) {
    const r = rgb[i]!;
    const g = rgb[i + 1]!;
    const b = rgb[i + 2]!;
    const maximum = Math.max(r, g, b);
    const spread = maximum - Math.min(r, g, b);
    const hue = spread === 0 ? 0 : hueOf(r, g, b, maximum, spread);
    let saturation = spread === 0 ? 0 : spread / maximum;
    let value = maximum;
    if (component === "saturation") saturation = clip(saturation * multiplier + addend);
    else value = clip(value * multiplier + addend);

    const sector = Math.floor(hue * 6);
    const f = hue * 6 - sector;
    const p = value * (1 - saturation);
    const q = value * (1 - f * saturation);
    const t = value * (1 - (1 - f) * saturation);
    const k = sector % 6;
    rgb[i] = k === 0 || k === 5 ? value : k === 1 ? q : k === 4 ? t : p;
    rgb[i + 1] = k === 1 || k === 2 ? value : k === 3 ? q : k === 0 ? t : p;
    rgb[i + 2] = k === 3 || k === 4 ? value : k === 5 ? q : k === 2 ? t : p;
  }
  return rgb;
}

/** In turns, [0, 1). */
function hueOf(r: number, g: number, b: number, maximum: number, spread: number): number {
  const sixths =
    b === maximum ? 4 + (r - g) / spread : g === maximum ? 2 + (b - r) / spread : (g - b) / spread;
  const turns = sixths / 6;
  return turns < 0 ? turns + 1 : turns;
}

function clip(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
