import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Matching } from '../data/matching.ts';
import type { UnitColors } from './activity-colors.ts';
import { valueOrStale, type Loadable } from './loadable.ts';
import { unitColors, type RecordingData } from './recording-data.ts';
import { dataFromTable, dataOf } from './recording-table.ts';
import type { OperandPair, Partner } from './subtract.ts';

const NOT_SUBTRACTED = 'A difference has none of this.';

const partnerOf = (matching: Matching | null): Partner =>
  matching ? (row) => matching.partner[row] ?? -1 : (row) => row;

/** One value of two, as far as both are there. */
function both<A, B>(a: Loadable<A>, b: Loadable<A>, make: (a: A, b: A) => B | string): Loadable<B> {
  for (const operand of [a, b]) if (operand.state === 'empty') return operand;
  const [x, y] = [valueOrStale(a), valueOrStale(b)];
  const value = x !== null && y !== null ? make(x, y) : null;
  if (typeof value === 'string') return { state: 'empty', why: value };
  for (const operand of [a, b]) if (operand.state === 'failed') return { ...operand, stale: value };
  return a.state === 'ready' && b.state === 'ready'
    ? { state: 'ready', value: value! }
    : { state: 'loading', stale: value };
}

/** Data of the difference B - A; what cannot be subtracted is empty, with a reason. */
export function makeDifference(
  a: RecordingData,
  b: RecordingData,
  colorsOf: ReadonlySignal<UnitColors>,
): RecordingData {
  const pair = computed((): OperandPair => {
    const matching = valueOrStale(b.matching.value);
    return { a, b, matched: matching !== null, partner: partnerOf(matching) };
  });
  const none = computed(() => ({ state: 'empty', why: NOT_SUBTRACTED }) as const);
  const data = dataFromTable((name, kind, args) => {
    if (kind.differenceShowsA) return dataOf(a, name, args);
    if (!kind.subtract) return none;
    return computed(() =>
      both(
        dataOf(a, name, args).value,
        dataOf(b, name, kind.argumentsOfB?.(pair.value.partner, ...args) ?? args).value,
        (x, y) => kind.subtract!(y, x, pair.value),
      ),
    );
  });
  return { ...a, ...data, difference: true, ...unitColors(colorsOf, a.unit) };
}
