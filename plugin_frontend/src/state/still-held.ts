import { StillHeld, type Contributions } from '../data/still-held.ts';
import { Missing, type LayerInfo, type Matrix } from '../data/types.ts';
import { CELL_STATE } from './activity-colors.ts';
import type { Loadable } from './loadable.ts';
import type { RecordingData } from './recording-data.ts';
import { quoted } from './visible-characters.ts';

const HIDDEN_STATE = 'hidden_state';
const CANDIDATE = 'candidate';

/** Quantities of a cell that retain, write and are its state. */
export interface GatedQuantities {
  readonly state: string;
  readonly retain: string;
  readonly write: string | null;
  readonly candidate: string | null;
}

const spaced = (name: string) => name.replaceAll('_', ' ');

/**
 * Quantities that make up a state, by their roles.
 * The reason if the layer records none, or if the quantity is not its state.
 */
export function gatedQuantities({ layer, quantities }: LayerInfo, quantity: string): GatedQuantities | string {
  const has = (name: string) => quantities.some((info) => info.quantity === name);
  const withRole = (role: string) => quantities.filter((info) => info.role === role).map((info) => info.quantity);
  const [retain, write] = [withRole('retain'), withRole('write')];
  if (!retain.length) return `${layer} records no gate that retains its state, such as a forget or an update gate.`;
  for (const [role, names] of Object.entries({ retain, write }))
    if (names.length > 1) return `${layer} has several quantities with the role ${quoted(role)}: ${names.join(', ')}.`;
  const state = has(CELL_STATE) ? CELL_STATE : HIDDEN_STATE;
  if (quantity !== state)
    return has(state)
      ? `A sum of what was written is the ${spaced(state)} of ${layer}, not its ${spaced(quantity)}.`
      : `The ${spaced(state)} of ${layer} was not recorded.`;
  return {
    state,
    retain: retain[0],
    write: write[0] ?? null,
    candidate: has(CANDIDATE) ? CANDIDATE : null,
  };
}

interface Decomposition {
  readonly matrices: readonly Matrix[];
  readonly unit: number;
  readonly result: StillHeld | string;
}

const decompositions = new WeakMap<Matrix, Decomposition>();

/** Contributions to the state of the chosen unit at a token of a recording. */
export function contributionsAt(
  data: Pick<RecordingData, 'unitOf' | 'unit' | 'text'>,
  quantities: GatedQuantities,
  token: number,
): Loadable<Contributions> {
  const { state, retain, write, candidate } = quantities;
  const unit = data.unit.value;
  const names = [state, retain, ...(candidate ? [candidate] : []), ...(candidate && write ? [write] : [])];
  const activities = names.map((name) => data.unitOf(name).value);
  const text = data.text.value;
  for (const part of [...activities, text]) {
    if (part.state === 'empty') return part;
    if (part.state === 'failed') return { ...part, stale: null };
  }
  const matrices = activities.flatMap((activity) => (activity.state === 'ready' ? activity.value.matrix : []));
  if (matrices.length < names.length || text.state !== 'ready') return { state: 'loading', stale: null };
  const result = decompose(matrices, unit, text.value.lengths);
  if (typeof result === 'string') return { state: 'empty', why: result };
  const contributions = result.at(token);
  return contributions
    ? { state: 'ready', value: contributions }
    : { state: 'empty', why: 'The state has no value at this token.' };
}

/** Decomposition of a unit, prepared once for the same activity. */
function decompose(matrices: readonly Matrix[], unit: number, lengths: readonly number[]): StillHeld | string {
  const cached = decompositions.get(matrices[0]);
  if (cached && cached.unit === unit && matrices.every((matrix, i) => matrix === cached.matrices[i]))
    return cached.result;
  const tokens = lengths.reduce((sum, length) => sum + length, 0);
  const fits = matrices.every((matrix) => unit < matrix.rows && matrix.columns === tokens);
  const result = fits ? StillHeld.of(seriesOf(matrices, unit, lengths)) : 'The gates have other units than the state.';
  decompositions.set(matrices[0], { matrices, unit, result });
  return result;
}

function seriesOf([state, retain, candidate, write]: readonly Matrix[], unit: number, lengths: readonly number[]) {
  const values = state.row(unit);
  return {
    lengths,
    state: values,
    retain: retain.row(unit),
    candidate: candidate?.row(unit) ?? null,
    write: write?.row(unit) ?? null,
    isMasked: (token: number) => Number.isNaN(values[token]) && state.missing(unit, token) === Missing.Masked,
  };
}
