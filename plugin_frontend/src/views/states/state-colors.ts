import type { SequenceDecisions } from '../../data/sequence-decisions.ts';
import type { Projection } from '../../data/states.ts';
import type { TokenText } from '../../data/types.ts';
import { COLORS, makeColormap, type Colormap } from '../../state/colormap.ts';
import type { Rgb } from '../../state/oklab.ts';
import { categoryColors } from '../../ui/draw/categories.ts';
import { formatNumber } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';

/** Categories that have a colour of their own; the others share grey. */
const MOST_CLASSES = 7;

/** Colours of tokens: a scale, or categories. */
export interface PointColors {
  /** Title of the legend. */
  readonly title: string;
  /** Scale of the legend; null for categories. */
  readonly map: Colormap | null;
  /** Categories by index; empty for a scale. */
  readonly categories: readonly { readonly name: string; readonly css: string }[];
  /** Colour of a token. */
  rgb(token: number, index: number): Rgb;
  /** Order in which points are painted, 0 to 255; later ones cover others. */
  rank(token: number, index: number): number;
  /** Value of a token in words; empty if it has none. */
  valueOf(token: number, index: number): string;
}

const GREY: { readonly light: Rgb; readonly dark: Rgb } = { light: [158, 158, 158], dark: [128, 128, 128] };

const mix = (a: Rgb, b: Rgb, share: number): Rgb => [
  Math.round(a[0] + share * (b[0] - a[0])),
  Math.round(a[1] + share * (b[1] - a[1])),
  Math.round(a[2] + share * (b[2] - a[2])),
];

/**
 * Colours of a map as those of dots, which have to show on the page.
 * A dot is grey at 0 or at the low end of the map, which have the colour of the page.
 */
export function dotColormap(map: Colormap, dark: boolean): Colormap {
  const grey = dark ? GREY.dark : GREY.light;
  const colors = Array.from({ length: COLORS }, (_, i): Rgb => {
    const t = i / (COLORS - 1);
    const far = map.diverging ? Math.abs(2 * t - 1) : t;
    const [r, g, b] = map.rgba.subarray(4 * i, 4 * i + 3);
    return mix([r, g, b], grey, 0.75 * (1 - far) ** 1.5);
  });
  return { ...map, css: colors.map((rgb) => `rgb(${rgb.join(',')})`) };
}

const parseRgb = (css: string): Rgb => {
  const [r, g, b] = css.slice(4, -1).split(',').map(Number);
  return [r, g, b];
};

/** Colours by a number of each token, NaN where it is missing. */
export function scaleColors(
  title: string,
  map: Colormap,
  dark: boolean,
  valueOf: (token: number) => number,
  format: (value: number) => string = (value) => formatNumber(value, map.diverging),
): PointColors {
  const dots = dotColormap(map, dark);
  const table = dots.css.map(parseRgb);
  const grey = dark ? GREY.dark : GREY.light;
  return {
    title,
    map: dots,
    categories: [],
    rgb: (token) => table[map.index(valueOf(token))] ?? grey,
    rank: (token) => {
      const index = map.index(valueOf(token));
      if (index < 0) return 0;
      return map.diverging ? Math.min(255, Math.abs(2 * index - 255)) : 128;
    },
    valueOf: (token) => {
      const value = valueOf(token);
      return Number.isNaN(value) ? 'missing' : format(value);
    },
  };
}

/** Colours by the category of each token; -1 for none. */
export function classColors(
  title: string,
  names: readonly string[],
  dark: boolean,
  indexOf: (token: number, index: number) => number,
): PointColors {
  const grey = dark ? GREY.dark : GREY.light;
  // Names as in the view Sequences, where a class has the same colour.
  const colors = categoryColors(
    names.slice(0, MOST_CLASSES).map((_, index) => `class ${index}`),
    dark,
  );
  const categories = colors.map(({ css }, index) => ({ name: names[index], css }));
  if (names.length > MOST_CLASSES) categories.push({ name: 'others', css: `rgb(${grey.join(',')})` });
  return {
    title,
    map: null,
    categories,
    rgb: (token, index) => colors[indexOf(token, index)]?.rgb ?? grey,
    rank: (token, index) => (indexOf(token, index) < 0 ? 0 : 128),
    valueOf: (token, index) => names[indexOf(token, index)] ?? '',
  };
}

/** Colours by whether a feature matches a token. */
export function maskColors(name: string, mask: Uint8Array, dark: boolean): PointColors {
  const grey = dark ? GREY.dark : GREY.light;
  const match: Rgb = dark ? [255, 138, 80] : [196, 62, 0];
  return {
    title: '',
    map: null,
    categories: [
      { name, css: `rgb(${match.join(',')})` },
      { name: 'other tokens', css: `rgb(${grey.join(',')})` },
    ],
    rgb: (token) => (mask[token] ? match : grey),
    rank: (token) => (mask[token] ? 255 : 0),
    valueOf: (token) => (mask[token] ? name : ''),
  };
}

/** Surprisal of what came next, in nats; NaN where nothing was predicted. */
export const lossColors = (probability: Float32Array, dark: boolean): PointColors => {
  const loss = probability.map((p) => (p > 0 ? -Math.log(p) : p === 0 ? Infinity : NaN));
  const finite = loss.filter(Number.isFinite).sort();
  const high = finite[Math.floor(0.99 * (finite.length - 1))] || 1;
  const map = makeColormap({ low: 0, high, diverging: false, dark });
  return scaleColors('loss at the next token, nats', map, dark, (token) => loss[token]);
};

export const probabilityColors = (probability: Float32Array, dark: boolean): PointColors =>
  scaleColors(
    'probability of the next token',
    makeColormap({ low: 0, high: 1, diverging: false, dark }),
    dark,
    (token) => probability[token],
    percent,
  );

/** Colours by the position of a token in its sequence. */
export function timeColors(lengths: readonly number[], noun: string, dark: boolean): PointColors {
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const position = new Float32Array(total);
  let first = 0;
  for (const length of lengths) {
    for (let t = 0; t < length; t++) position[first + t] = t;
    first += length;
  }
  const high = Math.max(1, ...lengths.slice(0, 100_000)) - 1 || 1;
  const map = makeColormap({ low: 0, high, diverging: false, dark });
  return scaleColors(`${noun} in the sequence`, map, dark, (token) => position[token] ?? NaN, String);
}

/** Class of each token, -1 for none, with the names of the classes. */
export interface TokenClasses {
  readonly names: readonly string[];
  readonly of: Int16Array;
}

/** Class of each token by the label of its sequence; null without labels. */
export function labelClasses(
  text: Pick<TokenText, 'lengths' | 'labels'>,
  decisions: SequenceDecisions | null,
): TokenClasses | null {
  const known = decisions?.lengths.length === text.lengths.length && decisions.labels.some((label) => label >= 0);
  const names = known ? decisions.classes : [...new Set(text.labels ?? [])].sort();
  if (!names.length) return null;
  const indices = known ? decisions.labels : (text.labels ?? []).map((label) => names.indexOf(label));
  const classes = new Int16Array(text.lengths.reduce((sum, length) => sum + length, 0)).fill(-1);
  let first = 0;
  text.lengths.forEach((length, sequence) => {
    classes.fill(indices[sequence] ?? -1, first, first + length);
    first += length;
  });
  return { names, of: classes };
}

/** Predicted class of each token that has a point; -1 for the others. */
export function predictedClasses({ tokens, prediction }: Projection, total: number): Int16Array {
  const classes = new Int16Array(total).fill(-1);
  tokens.forEach((token, i) => (classes[token] = prediction?.[i] ?? -1));
  return classes;
}
