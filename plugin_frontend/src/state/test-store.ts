import { signal, type Signal } from '@preact/signals-core';
import { vi, type Mock } from 'vitest';
import { Client } from '../data/client.ts';
import type { Digest, Index, TokenText } from '../data/types.ts';
import { ActivityColors } from './activity-colors.ts';
import { axisWords } from './axis.ts';
import { makeColormap } from './colormap.ts';
import type { ComparedRecording } from './compared-recording.ts';
import type { Link } from './link.ts';
import type { Loadable } from './loadable.ts';
import { unitColors, type RecordingData } from './recording-data.ts';
import { dataFromTable } from './recording-table.ts';
import type { SelectionRequest } from './resolve-selection.ts';
import { NOWHERE, type Hover, type Selection } from './selection.ts';
import { unitMappingOf } from './unit-mapping.ts';
import { UrlSettings } from './url-settings.ts';
import type { ViewContext } from './view-context.ts';

/**
 * Complete recordings and view contexts for tests of views.
 * Everything is empty until a test fills it.
 */

export const empty = <T>(why = 'nothing here'): Signal<Loadable<T>> => signal<Loadable<T>>({ state: 'empty', why });
export const ready = <T>(value: T): Signal<Loadable<T>> => signal<Loadable<T>>({ state: 'ready', value });

export const testSelection = (parts: Partial<Selection> = {}): Selection => ({
  run: 'r',
  step: 0,
  compare: null,
  more: [],
  probe: 'p',
  layer: 'lstm',
  quantity: 'hidden_state',
  unit: 0,
  units: [],
  feature: '',
  tokens: null,
  ...parts,
});

const COLORS = makeColormap({ low: -1, high: 1, diverging: true });

/** Text of these tokens. */
export function testText(tokens: readonly string[], parts: Partial<TokenText> = {}): TokenText {
  const table = [...new Set(tokens)];
  return {
    lengths: [tokens.length],
    consumed: null,
    labels: null,
    table,
    tokens: Uint32Array.from(tokens, (token) => table.indexOf(token)),
    generated: false,
    promptTokens: 0,
    targetKind: 'next',
    probability: null,
    target: null,
    expected: null,
    expectedProbability: null,
    expectedCount: 0,
    masks: new Map(),
    errors: null,
    errorNames: [],
    surprisal: null,
    signal: null,
    columns: new Map(),
    outputs: null,
    ends: null,
    ...parts,
  };
}

/** Recording without data but for `parts`. */
export function testRecording<P extends Partial<RecordingData>>(parts: P): RecordingData & P {
  const data: RecordingData = {
    ...dataFromTable(() => empty<never>()),
    ref: signal({ run: 'r', probe: 'p', step: 0 }),
    matching: empty(),
    unitMapping: signal(unitMappingOf(null)),
    unit: signal(0),
    units: signal([]),
    difference: false,
    ...unitColors(
      signal(() => COLORS),
      signal(0),
    ),
    findings: signal([]),
    queryResult: empty(),
    mask: empty(),
    read: signal({ run: 'r', probe: 'p' }),
    digests: ready<Digest[]>([]),
    digest: signal(null),
    steps: signal([0]),
    allSteps: signal([0]),
    earlier: signal(0),
    gaps: signal([]),
    firstNan: signal(null),
    axis: signal(axisWords('epoch')),
  };
  return { ...data, ...parts };
}

/** Recording A, or another one by its `series`. */
export function testCompared<D extends RecordingData>(data: D, series = 0, label?: string) {
  const letter = String.fromCharCode(65 + series);
  return { letter, label: label ?? letter, data, series } satisfies ComparedRecording;
}

interface TestParts {
  readonly client?: Client;
  readonly index?: Signal<Loadable<Index>>;
  readonly selection?: Partial<Selection> | null;
  readonly featureQuery?: string;
  readonly comparedRecordings?: readonly ComparedRecording[];
  /** Settings as they stand in a link. */
  readonly link?: Link;
}

export interface TestStore extends ViewContext {
  readonly index: Signal<Loadable<Index>>;
  readonly selection: Signal<Selection | null>;
  readonly selectionRequest: Signal<SelectionRequest>;
  readonly hover: Signal<Hover>;
  readonly dark: Signal<boolean>;
  readonly comparedRecordings: Signal<readonly ComparedRecording[]>;
  readonly select: Mock<ViewContext['select']>;
  readonly hoverOver: Mock<ViewContext['hoverOver']>;
}

const noServer = () => Promise.reject(new Error('This test has no server.'));

/** Context of a view whose signals a test may write and whose calls it may count. */
export function testStore(parts: TestParts = {}): TestStore {
  const options = new UrlSettings();
  options.read(parts.link ?? {});
  const selection = signal(parts.selection === null ? null : testSelection(parts.selection));
  const comparedRecordings = signal(parts.comparedRecordings ?? []);
  const dark = signal(false);
  return {
    client: parts.client ?? new Client('', noServer),
    index: parts.index ?? empty(),
    selection,
    selectionRequest: signal({}),
    hover: signal(NOWHERE),
    marked: signal(null),
    dark,
    featureQuery: signal(parts.featureQuery ?? ''),
    comparedRecordings,
    colors: new ActivityColors({
      selection,
      dark,
      limit: signal({ low: -1, high: 1, diverging: true }),
      comparedRecordings: () => comparedRecordings.value,
      limits: options.get('limits'),
      cells: options.get('cells'),
      range: options.get('range'),
      swapped: options.get('colors'),
    }),
    select: vi.fn(),
    hoverOver: vi.fn(),
    option: (name) => options.get(name),
  };
}
