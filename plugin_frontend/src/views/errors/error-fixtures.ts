import type { Errors } from '../../data/types.ts';

/** Four errors of eight tokens, for tests. */
export const errors = (): Errors => ({
  predicted: 8,
  errors: 4,
  shares: { 'n-gram': 0.75, rest: 0.25, boost: 0 },
  slices: [
    { category: 'n-gram', level: 2, count: 2, share: 0.5, positions: [2, 5] },
    { category: 'n-gram', level: 3, count: 1, share: 0.25, positions: [6] },
    { category: 'rest', level: null as unknown as string, count: 1, share: 0.25, positions: [7] },
  ],
  shared: { network: 1, ngram: 2, both: 3 },
  gain: [
    { token: '<b>', count: 9, network: 0.9, ngram: 0.2 },
    { token: ' ', count: 5, network: 0.1, ngram: 0.4 },
  ],
  closing: [{ first: 1, end: 2, count: 6, network: 0.8, ngram: 0.3 }],
});
