import type { Spectrum } from '../../data/types.ts';
import { largest } from '../../ui/draw/spectrum.ts';
import type { Loadable } from '../../state/store.ts';

interface Given {
  readonly step: number;
  readonly spectrum: Loadable<Spectrum>;
}

/** The spectra of one unit at the steps that are here. */
export interface Spectrogram {
  readonly unit: number;
  readonly columns: readonly {
    readonly step: number;
    readonly values: Float32Array;
    readonly frequency: Float32Array;
  }[];
  /** The largest amplitude of all. */
  readonly high: number;
  readonly missing: boolean;
  /** Steps that are on their way. */
  readonly waiting: number;
  /** Tries those again that did not come; null where all did. */
  readonly retry: (() => void) | null;
}

/** So many steps are read. */
const MOST = 128;

/** Steps of a spectrogram: all, or a maximum number, evenly spaced, with both ends. */
export function stepsOf(steps: readonly number[]): readonly number[] {
  if (steps.length <= MOST) return steps;
  return Array.from({ length: MOST }, (_, i) => steps[Math.round((i * (steps.length - 1)) / (MOST - 1))]);
}

export function spectrogramOf(inputs: readonly Given[], unit: number): Spectrogram {
  const columns = inputs.flatMap(({ step, spectrum }) => {
    if (spectrum.state !== 'ready' || unit >= spectrum.value.matrix.rows) return [];
    return { step, values: spectrum.value.matrix.row(unit), frequency: spectrum.value.frequency };
  });
  const failed = inputs.flatMap(({ spectrum }) => (spectrum.state === 'failed' ? [spectrum.retry] : []));
  return {
    unit,
    columns,
    high: Math.max(0, ...columns.map(({ values, frequency }) => largest([values], frequency))),
    missing: columns.some(({ values }) => values.some(Number.isNaN)),
    waiting: inputs.filter(({ spectrum }) => spectrum.state === 'loading').length,
    retry: failed.length ? () => failed.forEach((again) => again()) : null,
  };
}
