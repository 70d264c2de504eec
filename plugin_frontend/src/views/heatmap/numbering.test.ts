import { signal } from '@preact/signals-core';
import { expect, it } from 'vitest';
import type { Loadable, Side } from '../../state/store.ts';
import type { Matching } from '../../data/types.ts';
import { numberingOf } from './numbering.ts';

const matched: Loadable<Matching> = { state: 'ready', value: { partner: [2, null, 0], correlation: [], margin: [], quality: 1, signed: true, otherUnits: 3, tokens: 1 } };
const of = (series: number, difference = false, matching: Loadable<Matching> = matched) => numberingOf({ matching: signal(matching) }, { series, sources: { difference } as Side['sources'] });

it('units of B are numbered as A numbers their matches', () => {
  expect([0, 1, 2].map((unit) => of(1).fromA(unit))).toEqual([2, null, 0]);
  expect([0, 1, 2].map((unit) => of(1).toA(unit))).toEqual([2, null, 0]);
});

it('all others, and all of them where nothing is matched, keep their numbers', () => {
  for (const same of [of(0), of(2), of(0, true), of(1, false, { state: 'empty', why: 'by number' })]) expect([same.toA(1), same.fromA(1)]).toEqual([1, 1]);
});
