import { describe, expect, it } from 'vitest';
import { WireError } from './json.ts';
import { decodeWordClusters, decodeWords, decodeWordSpread } from './words-wire.ts';
import { requestWordClusters, requestWordSpread } from './words.ts';
import { container, deflate } from './test-container.ts';

const answer = async (header: object, mean: Float32Array) =>
  container(new TextEncoder().encode(JSON.stringify(header)), await deflate(mean));

describe('answers about words', () => {
  const HEADER = {
    version: 1,
    kind: 'words',
    units: 2,
    words: ['a', 'b'],
    ids: [3, 1],
    count: [7, 2],
    tokens: 9,
    all_tokens: 20,
  };

  it('have a response of every unit to every word', async () => {
    const words = await decodeWords(await answer(HEADER, Float32Array.of(1, 2, 3, 4)));
    expect(words).toMatchObject({ units: 2, words: ['a', 'b'], ids: [3, 1], count: [7, 2], tokens: 9, allTokens: 20 });
    expect([...words.mean]).toEqual([1, 2, 3, 4]);
  });

  it('are refused if they are not as they say', async () => {
    const short = answer(HEADER, Float32Array.of(1, 2, 3));
    await expect(short.then(decodeWords)).rejects.toThrow(WireError);
    const odd = answer({ ...HEADER, count: [7] }, Float32Array.of(1, 2, 3, 4));
    await expect(odd.then(decodeWords)).rejects.toThrow('2 words came with 2 ids and 1 counts');
  });

  it('have clusters whose stability may be missing', () => {
    const json = {
      clusters: 2,
      words: [0, -1],
      units: [1, 0],
      strength: [
        [1, null],
        [0.5, 2],
      ],
      stability: null,
      null: 0.1,
      fewest: 3,
    };
    const { strength, stability, chance } = decodeWordClusters(json);
    expect([strength[0][1], stability, chance]).toEqual([NaN, NaN, 0.1]);
  });

  it('have quantiles of a word, or of a unit', () => {
    const spread = decodeWordSpread({ word: null, mean: [1], quantiles: [[0], [1], [1], [2], [3]], actual: null });
    expect(spread).toMatchObject({ word: null, actual: null, mean: [1] });
  });

  it('are asked for with the recording whose numbers they take', () => {
    const ref = { run: 'r', probe: 'p', step: 2 };
    const { url } = requestWordClusters(ref, 'lstm', 'hidden_state', 6, 'abs', 0, '["s",9]');
    expect(url).toContain('like_run=s&like_step=9');
    expect(requestWordClusters(ref, 'lstm', 'hidden_state', 6, 'abs', 0, '').url).not.toContain('like');
    expect(requestWordSpread(ref, 'lstm', 'hidden_state', 'unit', 4).url).toContain('of=unit&index=4');
  });
});
