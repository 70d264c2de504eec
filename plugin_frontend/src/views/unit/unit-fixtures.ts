import { signal, type Signal } from '@preact/signals-core';
import {
  Missing,
  type Activity,
  type Digest,
  type Index,
  type ProbeInfo,
  type Spectrum,
  type TokenText,
  type UnitSeries,
} from '../../data/types.ts';
import { digest, probe } from '../../state/fixtures.ts';
import {
  empty,
  ready,
  testCompared,
  testRecording,
  testSelection,
  testStore,
  testText,
} from '../../state/test-store.ts';
import type { UnitHistory } from '../../data/unit-history.ts';
import type { UnitReport } from '../../data/unit-report.ts';
import type { Loadable, Selection, ComparedRecording, ViewContext } from '../../state/store.ts';

export { empty, ready };

/**
 * Store and recording for tests of views about one recording.
 * Everything is empty until a test fills it.
 */

export const activityOf = (rows: readonly (readonly number[])[]): Activity => {
  const values = rows.map((row) => Float32Array.from(row));
  return {
    matrix: {
      rows: values.length,
      columns: values[0].length,
      scale: new Float32Array(values.length),
      codes: null,
      row: (r) => values[r],
      missing: (r, c) => (Number.isNaN(values[r][c]) ? Missing.NaN : Missing.No),
    },
    lengths: [values[0].length],
  };
};

export const spectrumOf = (...rows: readonly (readonly number[])[]): Spectrum => {
  const { matrix } = activityOf(rows);
  return {
    matrix,
    frequency: Float32Array.from(rows[0], (_, b) => (0.5 * b) / Math.max(1, rows[0].length - 1)),
    bins: rows[0].length,
  };
};

export const textOf = (text: string): TokenText => testText([...text]);

export const seriesOf = (rows: Readonly<Record<string, Readonly<Record<number, readonly number[]>>>>): UnitSeries => {
  const steps = [...new Set(Object.values(rows).flatMap((one) => Object.keys(one).map(Number)))].sort((a, b) => a - b);
  return { steps, rows: Object.keys(rows), units: 0, get: (step, row) => Float32Array.from(rows[row]?.[step] ?? []) };
};

export const lifeOf = (
  unit: number,
  steps: readonly number[],
  links: Readonly<Record<string, readonly (readonly [effect: number, q: number])[]>>,
): UnitHistory => {
  const column = (feature: string, i: 0 | 1) => Float32Array.from(links[feature] ?? [], (pair) => pair[i]);
  return {
    unit,
    steps,
    features: Object.keys(links),
    effect: (feature) => column(feature, 0),
    q: (feature) => column(feature, 1),
    leftOut: [],
  };
};

export interface Planted {
  readonly selection?: Partial<Selection> | null;
  readonly probe?: ProbeInfo;
  readonly digest?: Digest;
  readonly unitOf?: Readonly<Record<string, Signal<Loadable<Activity>>>>;
  readonly statistics?: Readonly<Record<string, Signal<Loadable<UnitSeries>>>>;
  readonly text?: Signal<Loadable<TokenText>>;
  readonly spectrum?: Signal<Loadable<Spectrum>>;
  readonly life?: Signal<Loadable<UnitHistory>>;
  readonly report?: Signal<Loadable<UnitReport>>;
  readonly difference?: boolean;
}

export function plantedRecording(planted: Planted = {}) {
  const selection = testSelection({
    step: 5,
    probe: 'novel',
    unit: 1,
    feature: 'space',
    ...planted.selection,
  });
  const info = planted.probe ?? probe('novel', [0, 5]);
  const none = empty<never>();
  const sources = testRecording({
    ref: signal({ run: 'r', probe: 'novel', step: selection.step }),
    unit: signal(selection.unit),
    units: signal(selection.units),
    difference: planted.difference ?? false,
    findings: signal(planted.digest?.findings ?? []),
    digest: signal(planted.digest ?? digest()),
    text: planted.text ?? none,
    spectrum: planted.spectrum ?? none,
    unitHistory: planted.life ?? none,
    report: planted.report ?? none,
    unitOf: (quantity: string) => planted.unitOf?.[quantity] ?? none,
    statistics: (what: string, layer: string, quantity: string) =>
      planted.statistics?.[`${what} ${layer} ${quantity}`] ?? none,
  });
  const recording = testCompared(sources, 0, 'A · r · epoch 5');
  const store = testStore({
    selection: planted.selection === null ? null : selection,
    index: ready<Index>({ runs: [{ run: 'r', name: 'r', wallTime: 1, probes: [info] }], notices: [] }),
    comparedRecordings: [recording],
  });
  return { store, recording, sources };
}

/** Shows a view, and waits until its parts have drawn. */
export async function showView(
  name: string,
  store: ViewContext,
  ...recordings: readonly ComparedRecording[]
): Promise<ShadowRoot> {
  const view = document.createElement(name) as HTMLElement & {
    store: ViewContext;
    recordings: readonly ComparedRecording[];
    updateComplete: Promise<unknown>;
  };
  Object.assign(view, { store, recordings, mode: recordings.length > 1 ? 'overlay' : 'single' });
  document.body.append(view);
  await view.updateComplete;
  await drawn();
  return view.shadowRoot!;
}

export const drawn = () => new Promise((resolve) => setTimeout(resolve, 2));

/** A part of a view by its element's name. */
export const part = (root: ShadowRoot, name: string): ShadowRoot => root.querySelector(name)!.shadowRoot!;
