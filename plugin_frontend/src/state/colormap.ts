import { contrast, oklch, type Rgb } from './oklab.ts';

export interface ColormapOptions {
  /** Value of the first colour. */
  readonly low: number;
  /** Value of the last colour. */
  readonly high: number;
  /** Two hues around a neutral middle, or one road from pale to strong. */
  readonly diverging: boolean;
  readonly dark?: boolean;
  /** Blue for positive and red for negative. */
  readonly swapped?: boolean;
  /** If true, limits and colours are those of the hyperbolic tangent. */
  readonly tanh?: boolean;
}

/**
 * Colormap of 256 colours over [low, high].
 * Values outside take the nearest end, missing values are hatched.
 */
export interface Colormap extends Palette {
  readonly low: number;
  readonly high: number;
  readonly diverging: boolean;
  /** True if the colours are those of the hyperbolic tangent of a value. */
  readonly tanh: boolean;
  /** 0 to 255 for a number, -1 for NaN. */
  index(value: number): number;
}

/** Colours without limits, the same object for every colormap that has them. */
interface Palette {
  /** 256 x (red, green, blue, 255), row-major: a texture of 256 x 1. */
  readonly rgba: Uint8ClampedArray;
  /** Colours as 32-bit words, for an ImageData seen as Uint32Array on this machine. */
  readonly words: Uint32Array;
  /** `rgb(…)` of every colour. */
  readonly css: readonly string[];
  /** The colour of letters upon every colour: contrast at least 4.5. */
  readonly ink: readonly ('#000' | '#fff')[];
  /** Ground and stripes of the hatch that stands for missing. */
  readonly hatch: { readonly ground: Rgb; readonly stripe: Rgb };
}

export const COLORS = 256;
const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/**
 * Black or white, the better in contrast on `rgb`.
 * One of the two always has a contrast of 4.58 or more.
 */
export function textOn(rgb: Rgb): '#000' | '#fff' {
  return contrast(rgb, BLACK) >= contrast(rgb, WHITE) ? '#000' : '#fff';
}

/** -1 … 1, equal steps of lightness to both sides; the middle is the page. */
function divergingColor(t: number, dark: boolean): Rgb {
  const far = Math.abs(t);
  const hue = t > 0 ? (dark ? 32 : 26) : 256;
  const light = dark ? 0.315 + 0.445 * far : 0.985 - 0.485 * far;
  return oklch(light, 0.2 * far ** 0.85, hue);
}

/**
 * Sequential colour at `t` of 0 to 1, in equal lightness steps.
 * It starts at the colour of the page; hues run as in viridis.
 */
function sequentialColor(t: number, dark: boolean): Rgb {
  const strength = dark ? t : 1 - t;
  const light = dark ? 0.315 + 0.6 * t : 0.975 - 0.625 * t;
  const hue = 290 - 185 * strength;
  return oklch(light, dark ? 0.02 + 0.15 * t ** 0.6 : 0.025 + 0.13 * t ** 0.6, hue);
}

const palettes = new Map<string, Palette>();

function paletteOf(diverging: boolean, dark: boolean, swapped: boolean): Palette {
  const key = `${diverging}${dark}${swapped && diverging}`;
  let palette = palettes.get(key);
  if (!palette) {
    const colors = Array.from({ length: COLORS }, (_, i) => {
      const t = i / (COLORS - 1);
      return diverging ? divergingColor((swapped ? -1 : 1) * (2 * t - 1), dark) : sequentialColor(t, dark);
    });
    const rgba = new Uint8ClampedArray(4 * COLORS);
    colors.forEach((rgb, i) => rgba.set([...rgb, 255], 4 * i));
    palette = {
      rgba,
      words: new Uint32Array(rgba.buffer),
      css: colors.map((rgb) => `rgb(${rgb.join(',')})`),
      ink: colors.map(textOn),
      hatch: dark
        ? { ground: [66, 66, 66], stripe: [110, 110, 110] }
        : { ground: [236, 236, 236], stripe: [178, 178, 178] },
    };
    palettes.set(key, palette);
  }
  return palette;
}

export function makeColormap(options: ColormapOptions): Colormap {
  const { low, high, diverging, dark = false, swapped = false, tanh = false } = options;
  const factor = high > low ? COLORS / (high - low) : 0;
  return {
    ...paletteOf(diverging, dark, swapped),
    low,
    high,
    diverging,
    tanh,
    index: (raw) => {
      if (Number.isNaN(raw)) return -1;
      const value = tanh ? Math.tanh(raw) : raw;
      if (!factor) return value < low ? 0 : value > low ? COLORS - 1 : COLORS / 2;
      const i = Math.floor((value - low) * factor);
      return i < 0 ? 0 : i >= COLORS ? COLORS - 1 : i;
    },
  };
}
