import { describe, expect, it } from 'vitest';
import { finding } from '../../state/fixtures.ts';
import { ALL, FACETS, facetCounts, fitsFacets, readValues, writeValues, type FacetFilter } from './facets.ts';
import { rowsOf } from './finding-rows.ts';

const findings = [
  finding({ unit: 1, evidence: 'memory', kind: 'switch', quantity: 'cell_state' }),
  finding({ unit: 2, evidence: 'echo', kind: 'echo', quantity: 'cell_state', aspect: 'swing' }),
  finding({ unit: 3, evidence: 'echo', kind: 'switch', quantity: 'candidate' }),
  finding({ unit: 4 }),
];
const rows = rowsOf([{ findings, digests: [], besides: [] }], [], '');
const fits = (filter: Partial<FacetFilter>) =>
  rows.filter((row) => fitsFacets(row, { ...ALL, ...filter })).map(({ pin }) => pin.unit);
const counts = (name: string, filter: Partial<FacetFilter> = {}) =>
  facetCounts(
    rows,
    FACETS.find((facet) => facet.name === name)!,
    { ...ALL, ...filter },
  );

describe('facets of findings', () => {
  it('leave rows that have one of the chosen values of each', () => {
    expect(fits({})).toEqual([1, 2, 3, 4]);
    expect(fits({ evidence: ['memory', 'echo'] })).toEqual([1, 2, 3]);
    expect(fits({ evidence: ['echo'], kind: ['switch'] })).toEqual([3]);
    expect(fits({ quantity: ['states'] })).toEqual([1, 2]);
    expect(fits({ quantity: ['gates'] })).toEqual([3, 4]);
    expect(fits({ aspect: ['swing'] })).toEqual([2]);
    expect(fits({ kind: ['counter'] })).toEqual([]);
  });

  it('count the rows of each value under the other facets', () => {
    expect(counts('evidence')).toEqual([
      ['memory', 1],
      ['echo', 2],
    ]);
    expect(counts('evidence', { evidence: ['memory'], kind: ['switch'] })).toEqual([
      ['memory', 1],
      ['echo', 1],
    ]);
    expect(counts('kind')).toEqual([
      ['switch', 2],
      ['echo', 1],
    ]);
  });

  it('keep a chosen value that no row has', () => {
    expect(counts('kind', { kind: ['counter'] })).toContainEqual(['counter', 0]);
  });

  it('fit a row of several recordings if one of its findings does', () => {
    const other = { ...findings[3], evidence: 'memory' };
    const both = rowsOf(
      [findings, [other]].map((one) => ({ findings: one, digests: [], besides: [] })),
      [],
      '',
    );
    expect(both.filter((row) => fitsFacets(row, { ...ALL, evidence: ['memory'] })).map(({ pin }) => pin.unit)).toEqual([
      1, 4,
    ]);
  });

  it('are words of a link', () => {
    expect(readValues('')).toEqual([]);
    expect(readValues(writeValues(['memory', 'both']))).toEqual(['memory', 'both']);
  });
});
