/** OKLab colours (Ottosson 2020, "A perceptual color space for image processing"). */

export type Rgb = readonly [red: number, green: number, blue: number];

const decode = (c: number) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
const encode = (c: number) => (c <= 0.0031308 ? c * 12.92 : 1.055 * c ** (1 / 2.4) - 0.055);

function toLinear(lightness: number, chroma: number, hue: number): [number, number, number] {
  const a = chroma * Math.cos((hue * Math.PI) / 180);
  const b = chroma * Math.sin((hue * Math.PI) / 180);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
}

const inGamut = (linear: readonly number[]) => linear.every((c) => c > -0.0005 && c < 1.0005);

/**
 * sRGB, 0 to 255, of OKLab lightness (0 to 1), chroma and hue (degrees).
 * Outside the gamut, chroma is reduced; lightness and hue stay.
 */
export function oklch(lightness: number, chroma: number, hue: number): Rgb {
  let linear = toLinear(lightness, chroma, hue);
  if (!inGamut(linear)) {
    let low = 0;
    let high = chroma;
    for (let i = 0; i < 16; i++) {
      const middle = (low + high) / 2;
      if (inGamut(toLinear(lightness, middle, hue))) low = middle;
      else high = middle;
    }
    linear = toLinear(lightness, low, hue);
  }
  const byte = (c: number) => Math.round(255 * encode(Math.min(1, Math.max(0, c))));
  return [byte(linear[0]), byte(linear[1]), byte(linear[2])];
}

/** OKLab lightness, 0 to 1, of an sRGB colour. */
export function lightness([red, green, blue]: Rgb): number {
  const [r, g, b] = [decode(red / 255), decode(green / 255), decode(blue / 255)];
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s;
}

/** Relative luminance, WCAG 2.2. */
export function luminance([red, green, blue]: Rgb): number {
  return 0.2126 * decode(red / 255) + 0.7152 * decode(green / 255) + 0.0722 * decode(blue / 255);
}

/** Contrast ratio, WCAG 2.2: 1 to 21. */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}
