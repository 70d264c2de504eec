import { describe, expect, it } from 'vitest';
import { layOut } from '../draw/heatmap-layout.ts';
import { cellBeside } from './heatmap-keys.ts';
import { parseFeatures } from '../../views/heatmap/heatmap-options.ts';

const layout = layOut(
  {
    width: 600,
    height: 400,
    rows: 5,
    columns: 4,
    rowLabel: 20,
    columnLabel: 20,
    bars: 0,
    widest: 36,
    groups: [{ units: [-1, 9], suggested: [] }],
  },
  { rowHeight: 'fit', columnWidth: 'fit' },
);
const sorted = { units: Uint32Array.of(4, 2, 0, 1, 3) };

describe('the cell beside', () => {
  it('follows the rows as they stand', () => {
    expect(cellBeside({ unit: 2, column: 1 }, [0, 1], sorted, layout)).toEqual({ unit: 0, column: 1 });
    expect(cellBeside({ unit: 2, column: 1 }, [1, 0], sorted, layout)).toEqual({ unit: 2, column: 2 });
  });

  it('goes from the list to the rows over it and back', () => {
    expect(cellBeside({ unit: 4, column: 0 }, [0, -1], sorted, layout)).toEqual({ unit: 9, column: 0 });
    expect(cellBeside({ unit: 9, column: 0 }, [0, -1], sorted, layout)).toEqual({ unit: -1, column: 0 });
    expect(cellBeside({ unit: 9, column: 0 }, [0, 1], sorted, layout)).toEqual({ unit: 4, column: 0 });
  });

  it('stays inside', () => {
    expect(cellBeside({ unit: -1, column: 0 }, [-1, -1], sorted, layout)).toEqual({ unit: -1, column: 0 });
    expect(cellBeside({ unit: 3, column: 3 }, [1, 1], sorted, layout)).toEqual({ unit: 3, column: 3 });
  });
});

it('features of a link are a list of names, whatever they hold; nonsense is none', () => {
  expect(parseFeatures(JSON.stringify(['a,b', '"', 'a,b']))).toEqual(['a,b', '"']);
  for (const word of ['', '{', '3', '{"a":1}', '[1]']) expect(parseFeatures(word)).toEqual([]);
});
