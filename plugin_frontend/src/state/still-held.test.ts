import { expect, it } from 'vitest';
import type { LayerInfo } from '../data/types.ts';
import { gatedQuantities } from './still-held.ts';

const layer = (roles: Readonly<Record<string, string | null>>): LayerInfo => ({
  layer: 'rnn',
  cell: 'Cell',
  units: 3,
  quantities: Object.entries(roles).map(([quantity, role]) => ({ quantity, role })),
});

const LSTM = layer({
  hidden_state: null,
  cell_state: null,
  input_gate: 'write',
  forget_gate: 'retain',
  output_gate: 'expose',
  candidate: null,
});
const GRU = layer({ hidden_state: null, update_gate: 'retain', reset_gate: 'read', candidate: null });

it('finds gates, candidate and state of a cell by their roles', () => {
  expect(gatedQuantities(LSTM, 'cell_state')).toEqual({
    state: 'cell_state',
    retain: 'forget_gate',
    write: 'input_gate',
    candidate: 'candidate',
  });
  expect(gatedQuantities(GRU, 'hidden_state')).toEqual({
    state: 'hidden_state',
    retain: 'update_gate',
    write: null,
    candidate: 'candidate',
  });
  expect(gatedQuantities(layer({ hidden_state: null, leak: 'retain' }), 'hidden_state')).toMatchObject({
    retain: 'leak',
    candidate: null,
  });
});

it('says why a quantity is no such sum', () => {
  expect(gatedQuantities(LSTM, 'hidden_state')).toContain('cell state of rnn, not its hidden state');
  expect(gatedQuantities(GRU, 'update_gate')).toContain('hidden state of rnn, not its update gate');
  expect(gatedQuantities(layer({ hidden_state: null }), 'hidden_state')).toContain('no gate that retains');
  expect(gatedQuantities(layer({ update_gate: 'retain' }), 'update_gate')).toContain('was not recorded');
  expect(gatedQuantities(layer({ hidden_state: null, a: 'retain', b: 'retain' }), 'hidden_state')).toContain('a, b');
});
