import { describe, expect, it } from 'vitest';
import type { WordClusters, Words } from '../../data/words.ts';
import {
  chosenRows,
  layoutClusters,
  links,
  MOST_IN_CLOUD,
  parseClusters,
  parseRange,
  shareOutside,
  sortedByCluster,
  stabilityOf,
  strongestWords,
  toggled,
  unitsByResponse,
} from './words-model.ts';

const WORDS: Words = {
  units: 3,
  words: ['the', 'of', 'a', 'rare'],
  ids: [0, 1, 2, 3],
  count: [9, 8, 7, 1],
  tokens: 25,
  allTokens: 25,
  mean: Float32Array.of(1, -2, 0, 0.5, -3, 0, 0, 0, 4, 1, 1, 1),
};
const CLUSTERS: WordClusters = {
  clusters: 3,
  words: [0, 0, 1, -1],
  units: [0, 0, 1],
  strength: [
    [-0.9, 0, NaN],
    [0, 4, NaN],
    [NaN, NaN, NaN],
  ],
  stability: 0.8,
  chance: 0.1,
  fewest: 3,
};

describe('settings of the view', () => {
  it.each([
    ['6', 6],
    ['1', 2],
    ['99', 20],
    ['many', 6],
    ['2.5', 6],
  ])('%s clusters are %i', (word, clusters) => expect(parseClusters(word)).toBe(clusters));

  it.each([
    ['25-100', [0.25, 1]],
    ['0-50', [0, 0.5]],
    ['60-20', [0.25, 1]],
    ['x', [0.25, 1]],
  ])('links of %s are %j', (word, range) => expect(parseRange(word)).toEqual(range));

  it('choose words of the recording, three at most', () => {
    expect(chosenRows('["of","nowhere","the","of"]', WORDS)).toEqual([1, 0]);
    expect(chosenRows('["the","of","a","rare"]', WORDS)).toEqual([0, 1, 2]);
    for (const odd of ['', '{', '3', 'null', '[3]']) expect(chosenRows(odd, WORDS)).toEqual([]);
  });

  it('take a word out again, and let the oldest go for a fourth', () => {
    expect(toggled([1], 0, WORDS)).toBe('["of","the"]');
    expect(toggled([1, 0], 1, WORDS)).toBe('["the"]');
    expect(toggled([0], 0, WORDS)).toBe('');
    expect(toggled([0, 1, 2], 3, WORDS)).toBe('["of","a","rare"]');
  });
});

describe('clusters', () => {
  it('have their units on the left and their words on the right, the strongest first', () => {
    const layout = layoutClusters(WORDS, CLUSTERS, WORDS.words, 600);
    expect(layout.units.map(({ cluster, items }) => [cluster, items.map(({ unit }) => unit)])).toEqual([
      [0, [0, 1]],
      [1, [2]],
    ]);
    expect(layout.words.map(({ items }) => items.map(({ row }) => row))).toEqual([[1, 0], [2]]);
    const [of, the] = layout.words[0].items;
    expect(of.size).toBeGreaterThan(the.size);
    for (const { items, top, height } of layout.words)
      for (const { x, y } of items) {
        expect(x).toBeGreaterThan(layout.wordsBegin);
        expect(y).toBeLessThan(top + height);
      }
    expect(layout.height).toBeGreaterThanOrEqual(Math.max(...layout.words.map(({ top, height }) => top + height)));
  });

  it('have a cloud that ends, and says how many more there are', () => {
    const many = Array.from({ length: 100 }, (_, k) => `word${k}`);
    const words: Words = { ...WORDS, units: 1, words: many, mean: Float32Array.from(many, (_, k) => k) };
    const clusters: WordClusters = { ...CLUSTERS, clusters: 1, words: many.map(() => 0), units: [0], strength: [[1]] };
    const [block] = layoutClusters(words, clusters, many, 300).words;
    expect(block.items.length).toBe(MOST_IN_CLOUD);
    expect([block.total, block.items[0].row]).toEqual([100, 99]);
    expect(block.items.every(({ x, row }) => x + many[row].length * 6 < 306)).toBe(true);
  });

  it('are linked by strength, within a range', () => {
    expect(links(CLUSTERS, [0, 1]).map(({ words, units, share }) => [words, units, share])).toEqual([
      [0, 0, 0.225],
      [1, 1, 1],
    ]);
    expect(links(CLUSTERS, [0.25, 1]).length).toBe(1);
    expect(links({ ...CLUSTERS, strength: [[NaN]] }, [0, 1])).toEqual([]);
  });

  it('sort rows and columns, those without a cluster last', () => {
    expect(sortedByCluster(WORDS, CLUSTERS)).toEqual({ rows: [1, 0, 2, 3], columns: [1, 0, 2] });
  });

  it('say whether they are to be believed', () => {
    expect(stabilityOf(CLUSTERS)).toBe(
      '3 clusters, 1 of them without units · stability 0.80, of shuffled responses 0.10',
    );
    expect(stabilityOf({ ...CLUSTERS, stability: 0.15 })).toContain('no better than chance');
    expect(stabilityOf({ ...CLUSTERS, stability: NaN })).toBe('3 clusters, 1 of them without units');
  });
});

describe('responses', () => {
  it('order units by the response to a word, and words by that of a unit', () => {
    expect(unitsByResponse([0, 3, -1])).toEqual([1, 0, 2]);
    expect(strongestWords([0.1, -3, NaN, 2], 2)).toEqual([1, 3]);
  });

  it('count the units whose change lies outside the bands', () => {
    expect(shareOutside([0, 5, -5, NaN], [[-1, -1, -1, -1], [], [], [], [1, 1, 1, 1]])).toBeCloseTo(2 / 3);
  });
});
