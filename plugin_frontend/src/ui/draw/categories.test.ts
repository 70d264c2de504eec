import { describe, expect, it } from 'vitest';
import { categoryColors } from './categories.ts';
import { contrast, type Rgb } from '../../state/oklab.ts';

const NAMES = ['correct', 'n-gram', 'memory', 'rare word', 'word model', 'punctuation', 'boost', 'rest'];
const INK = { '#000': [0, 0, 0], '#fff': [255, 255, 255] } as const;

/** Machado, Oliveira and Fernandes 2009, table 1, severity 1. */
const EYES: Readonly<Record<string, readonly (readonly number[])[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  protan: [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
  deutan: [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  tritan: [
    [1.255528, -0.076749, -0.178779],
    [-0.078411, 0.930809, 0.147602],
    [0.004733, 0.691367, 0.3039],
  ],
};
const linear = (c: number) => (c <= 10.31475 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
const seen = (rgb: Rgb, eye: readonly (readonly number[])[]) => {
  const from = rgb.map(linear);
  const [r, g, b] = eye
    .map((row) => row.reduce((sum, weight, i) => sum + weight * from[i], 0))
    .map((c) => Math.min(1, Math.max(0, c)));
  const [l, m, s] = [
    0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b,
    0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b,
    0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b,
  ].map(Math.cbrt);
  return [
    0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  ];
};

describe('categoryColors', () => {
  it.each(Object.keys(EYES))('are told apart by %s eyes, by day and by night', (eye) => {
    for (const dark of [false, true]) {
      const colors = categoryColors(NAMES, dark).map(({ rgb }) => seen(rgb, EYES[eye]));
      const distances = colors.flatMap((a, i) =>
        colors.slice(0, i).map((b) => Math.hypot(...a.map((value, k) => value - b[k]))),
      );
      expect(Math.min(...distances)).toBeGreaterThan(0.09);
    }
  });

  it('carry letters that read', () => {
    for (const dark of [false, true]) {
      for (const { rgb, ink } of categoryColors(NAMES, dark)) expect(contrast(rgb, INK[ink])).toBeGreaterThan(4.5);
    }
  });

  it('belong to a kind of error, whatever else is there, and each has a mark of its own', () => {
    const [all, some] = [categoryColors(NAMES, false), categoryColors(['memory', 'rest'], false)];
    expect(some.map(({ css }) => css)).toEqual([all[2].css, all[7].css]);
    expect(new Set(all.slice(1).map(({ mark }) => mark)).size).toBe(NAMES.length - 1);
  });

  it('give what has no colour of its own one that is free', () => {
    const [own, other, more] = categoryColors(['n-gram', 'new', '__proto__'], true);
    expect(new Set([own.css, other.css, more.css]).size).toBe(3);
  });
});
