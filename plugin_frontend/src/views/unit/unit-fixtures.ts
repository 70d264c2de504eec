import { signal, type Signal } from '@preact/signals-core';
import { vi } from 'vitest';
import {
  Missing,
  type Activity,
  type Digest,
  type UnitHistory,
  type ProbeInfo,
  type Spectrum,
  type TokenText,
  type UnitReport,
  type UnitSeries,
} from '../../data/types.ts';
import type { SettingName } from '../../state/settings.ts';
import { UrlSettings } from '../../state/url-settings.ts';
import { makeColormap } from '../../state/colormap.ts';
import { axisWords } from '../../state/axis.ts';
import { digest, probe } from '../../state/fixtures.ts';
import { unitMappingOf } from '../../state/unit-mapping.ts';
import type { Loadable, Selection, ComparedRecording, RecordingData, Store } from '../../state/store.ts';

/**
 * Store and recording for tests of views about one recording.
 * Everything is empty until a test fills it.
 */

export const empty = <T>(why = 'nothing here'): Signal<Loadable<T>> => signal<Loadable<T>>({ state: 'empty', why });
export const ready = <T>(value: T): Signal<Loadable<T>> => signal<Loadable<T>>({ state: 'ready', value });

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

export const textOf = (text: string): TokenText => {
  const table = [...new Set(text)];
  return {
    lengths: [text.length],
    labels: null,
    table,
    tokens: Uint32Array.from(text, (sign) => table.indexOf(sign)),
    generated: false,
    promptTokens: 0,
    probability: null,
    target: null,
    expected: null,
    expectedProbability: null,
    expectedCount: 0,
    masks: new Map(),
    errors: null,
    errorNames: [],
    surprisal: null,
  };
};

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
  const options = new UrlSettings();
  const chosen: Selection = {
    run: 'r',
    step: 5,
    compare: null,
    more: [],
    probe: 'novel',
    layer: 'lstm',
    quantity: 'hidden_state',
    unit: 1,
    units: [],
    tokens: null,
    feature: 'space',
    ...planted.selection,
  };
  const selection = signal<Selection | null>(planted.selection === null ? null : chosen);
  const info = planted.probe ?? probe('novel', [0, 5]);
  const none = empty();
  const sources = {
    ref: signal({ run: 'r', probe: 'novel', step: chosen.step }),
    matching: empty(),
    unitMapping: signal(unitMappingOf(null)),
    unit: signal(chosen.unit),
    units: signal(chosen.units),
    difference: planted.difference ?? false,
    colors: signal(makeColormap({ low: -1, high: 1, diverging: true })),
    findings: signal(planted.digest?.findings ?? []),
    digest: signal(planted.digest ?? digest()),
    axis: signal(axisWords('epoch')),
    text: planted.text ?? none,
    spectrum: planted.spectrum ?? none,
    unitHistory: planted.life ?? none,
    report: planted.report ?? none,
    unitOf: (quantity: string) => planted.unitOf?.[quantity] ?? none,
    statistics: (what: string, layer: string, quantity: string) =>
      planted.statistics?.[`${what} ${layer} ${quantity}`] ?? none,
  };
  const store = {
    selection,
    index: ready({ runs: [{ run: 'r', name: 'r', wallTime: 1, probes: [info] }], notices: [] }),
    dark: signal(false),
    hover: signal({ token: null, unit: null, frequency: null, step: null }),
    select: vi.fn(),
    hoverOver: vi.fn(),
    chosen: signal<readonly ComparedRecording[]>([]),
    option: (name: SettingName) => options.get(name),
  };
  const recording: ComparedRecording = {
    letter: 'A',
    label: 'A · r · epoch 5',
    data: sources as unknown as RecordingData,
    series: 0,
  };
  store.chosen.value = [recording];
  return { store: store as typeof store & Store, recording, sources };
}

/** Shows a view, and waits until its parts have drawn. */
export async function showView(
  name: string,
  store: Store,
  ...recordings: readonly ComparedRecording[]
): Promise<ShadowRoot> {
  const view = document.createElement(name) as HTMLElement & {
    store: Store;
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
