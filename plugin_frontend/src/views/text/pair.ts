import type { NamedMatrix } from '../../data/named-matrix.ts';
import type { MatrixInfo } from '../../data/types.ts';
import { chosenMatrix, largest, matrixColors, unmasked } from '../../state/named-matrices.ts';
import { axisOf, matricesBetween, pairSides, type PairSides } from '../../state/pair-sides.ts';
import { findRun } from '../../state/resolve-selection.ts';
import { valueOrStale, type ComparedRecording, type Loadable, type ViewContext } from '../../state/store.ts';
import type { Shade } from '../../ui/draw/text-picture.ts';
import { pairText, type PairSide, type PairText } from './pair-text.ts';

/** Probes of the pair that a recording is one side of; null if it is none. */
export function sidesOf(store: ViewContext, { data }: ComparedRecording): PairSides | null {
  const [index, ref] = [valueOrStale(store.index.value), data.ref.value ?? data.read.value];
  const run = index && ref && findRun(index, ref.run);
  return run ? pairSides(run.probes, ref.probe) : null;
}

/** The side of a pair that a recording is. */
export const sideOf = ({ source }: PairSides, { data }: ComparedRecording): PairSide =>
  (data.ref.value ?? data.read.value)?.probe === source.probe ? 'source' : 'target';

/** Both sides of a pair; null without a pair, or without the other side. */
export function readPair(store: ViewContext, recording: ComparedRecording): PairText | 'loading' | null {
  const sides = sidesOf(store, recording);
  const own = valueOrStale(recording.data.text.value);
  if (!sides || !own) return null;
  const side = sideOf(sides, recording);
  const partner = side === 'source' ? 'target' : 'source';
  const loadable = recording.data.textOf(sides[partner].probe).value;
  const other = valueOrStale(loadable);
  if (!other) return loadable.state === 'loading' ? 'loading' : null;
  if (own.ends || other.ends || other.signal) return null;
  const texts = side === 'source' ? { source: own, target: other } : { source: other, target: own };
  return pairText(side, texts, !recording.data.difference);
}

/** Matrix and head by which the sides of a pair shade each other; null without. */
export function shadingMatrix(
  store: ViewContext,
  sides: PairSides,
): { readonly info: MatrixInfo; readonly head: number | 'mean' } | null {
  const info = chosenMatrix(matricesBetween(sides), store.option('matrix').value);
  if (!info) return null;
  const head = Number(store.option('matrixhead').value);
  const hasHead = info.heads !== null && Number.isInteger(head) && head >= 0 && head < info.heads;
  return { info, head: hasHead ? head : 'mean' };
}

/** Token of a side by which the other side is shaded. */
export interface ShadingToken {
  readonly side: PairSide;
  readonly token: number;
}

/** Token pointed at on either side, else the pinned one; null if there is none. */
export function shadingToken(
  store: ViewContext,
  { side, partner }: PairText,
  pinned: number | null,
): ShadingToken | null {
  const hover = store.hover.value;
  if (hover.token !== null) return { side, token: hover.token };
  if (hover.partner !== null) return { side: partner, token: hover.partner };
  return pinned === null ? null : { side, token: pinned };
}

/** Weights of the other side for a token: its row of the matrix, or its column. */
export function readShade(
  store: ViewContext,
  recording: ComparedRecording,
  pair: PairText,
  { side, token }: ShadingToken,
): Loadable<Shade> | null {
  const sides = sidesOf(store, recording);
  const shading = sides && shadingMatrix(store, sides);
  if (!shading) return null;
  const { info, head } = shading;
  const [sequence, step] = pair.stepOf(side, token);
  if (sequence < 0) return null;
  const loadable = recording.data.matrixOfAxis(sides.target.probe, info.matrix, sequence, head).value;
  const matrix = loadable.state === 'ready' ? loadable.value : null;
  if (!matrix) return loadable as Loadable<Shade>;
  const key = [pair, side, token, store.dark.value];
  let shade = shades.get(matrix);
  if (!shade || key.some((part, i) => part !== shade!.key[i])) {
    const other = side === 'source' ? 'target' : 'source';
    const line = { other, sequence, step, isRow: info.rows === axisOf(sides[side]) } as const;
    shade = { key, value: shadeOf(pair, matrix, line, recording.data.difference, store.dark.value) };
    shades.set(matrix, shade);
  }
  return { state: 'ready', value: shade.value };
}

/** Cached shades, so that an unchanged text is not painted again. */
const shades = new WeakMap<NamedMatrix, { readonly key: readonly unknown[]; readonly value: Shade }>();

interface Line {
  readonly other: PairSide;
  readonly sequence: number;
  readonly step: number;
  readonly isRow: boolean;
}

function shadeOf(pair: PairText, matrix: NamedMatrix, line: Line, signed: boolean, dark: boolean): Shade {
  const { rows, columns, values } = unmasked(matrix);
  const weights = line.isRow
    ? values.subarray(line.step * columns.size, line.step < rows.size ? (line.step + 1) * columns.size : 0)
    : Float32Array.from({ length: rows.size }, (_, row) => values[row * columns.size + line.step] ?? NaN);
  const colors = matrixColors([values], largest(values), signed, dark);
  return {
    values: pair.weightsAt(line.other, line.sequence, line.step < columns.size || line.isRow ? weights : []),
    colors,
  };
}
