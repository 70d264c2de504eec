import { expect, it } from 'vitest';
import { probe } from './fixtures.ts';
import { groupedProbes, layersOfAxes, probeLabel } from './probe-axes.ts';

const layer = (name: string) => ({ layer: name, cell: 'GRUCell', units: 4, quantities: [] });
const pair = probe('dates', [0], { stepsOf: 'target', layers: [layer('decoder')] });
const source = probe('dates/source', [0], { parent: 'dates', stepsOf: 'source', layers: [layer('encoder')] });
const other = probe('novel', [0], { layers: [layer('lstm')] });

it('names another axis of a probe behind the probe', () => {
  expect(groupedProbes([source, other, pair]).map(probeLabel)).toEqual(['dates', 'dates · source', 'novel']);
});

it('lists layers of the other axes of the chosen probe behind its own', () => {
  const layers = layersOfAxes([pair, source, other], 'dates');
  expect(layers.map(({ layer: name, probe: of, axis }) => [name, of, axis])).toEqual([
    ['decoder', 'dates', null],
    ['encoder', 'dates/source', 'source'],
  ]);
  expect(layersOfAxes([pair, source, other], 'dates/source').map(({ layer: name, axis }) => [name, axis])).toEqual([
    ['encoder', null],
    ['decoder', 'target'],
  ]);
  expect(layersOfAxes([pair], 'nothing')).toEqual([]);
});
