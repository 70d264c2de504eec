import { describe, expect, it } from 'vitest';
import { isOurs, readHash, writeHash } from './hash.ts';

describe('the address', () => {
  it.each([[{ run: 'a/b c&d=e#%', feature: ' ', unit: '3' }], [{ feature: '+' }], [{}]])(
    'says %o and is read back',
    (link) => {
      expect(readHash(writeHash('#rnnviz', link))).toEqual(link);
    },
  );

  it('keeps what belongs to others and replaces its own', () => {
    expect(writeHash('#rnnviz&tagFilter=x&p.rnnviz.unit=1&p.other.a=b', { unit: '2' })).toBe(
      '#rnnviz&tagFilter=x&p.other.a=b&p.rnnviz.unit=2',
    );
  });

  it('names the tab when no tab is named', () => {
    expect(writeHash('', { unit: '2' })).toBe('#rnnviz&p.rnnviz.unit=2');
    expect(writeHash('#p.rnnviz.unit=1', { unit: '2' })).toBe('#rnnviz&p.rnnviz.unit=2');
  });

  it('survives what is no encoding', () => {
    expect(readHash('#rnnviz&p.rnnviz.run=100%&p.rnnviz.x')).toEqual({ run: '100%' });
  });

  it.each([
    ['#rnnviz&p.rnnviz.unit=1', true],
    ['', true],
    ['#scalars', false],
    ['#timeseries&p.rnnviz.unit=1', false],
  ])('%s shows the tab: %s', (hash, ours) => {
    expect(isOurs(hash)).toBe(ours);
  });
});
