import { NUMBER_TARGETS, type Digest, type ProbeInfo } from '../data/types.ts';
import type { Mode } from '../state/compared-recording.ts';
import type { DataName, SelectedDataName } from '../state/recording-table.ts';

/** Slots of the layout, which hold views until they are moved. */
export const SLOTS = ['left', 'top', 'bottom', 'corner'] as const;
export type Slot = (typeof SLOTS)[number];

/** Groups of the menu of views, in their order. */
export const GROUPS = {
  results: 'What was found',
  where: 'Where',
  works: 'How it works',
  history: 'How it developed',
} as const;

export interface ViewInfo {
  /** The element is `rv-<name>-view`. */
  readonly name: string;
  readonly title: string;
  /** The key that shows the view after `g`. */
  readonly letter: string;
  readonly group: keyof typeof GROUPS;
  /** One sentence on how to read it. */
  readonly how: string;
  /** The page of the docs, and its section. */
  readonly docs: string;
  readonly slot: Slot;
  /**
   * Data without which the view is not drawn, requested while it is in front.
   * The frame shows their state until they are loaded.
   */
  readonly needs: readonly SelectedDataName[];
  /** Parts of the selection that the view is about, named below its figure. */
  readonly about: readonly ('layer' | 'quantity' | 'unit' | 'feature')[];
  /** Further data of a recording that the view reads. */
  readonly reads: readonly DataName[];
  /**
   * Modes of comparison that the view draws by itself.
   * For the others it is drawn once for each recording.
   */
  readonly draws: readonly Mode[];
  /** View whose slot and keys it takes while that view is not offered. */
  readonly inPlaceOf?: string;
  /** False if it has nothing to show of a probe; absent if it always has. */
  isOffered?(shown: ShownProbe): boolean;
  /** Loads its script. */
  open(): Promise<unknown>;
}

/** Probe on show, and its digest as soon as that is loaded. */
export interface ShownProbe {
  readonly probe: ProbeInfo;
  /** Probe whose other side it is, such as the pair of a source; null if it is none. */
  readonly parent: ProbeInfo | null;
  readonly digest: Digest | null;
}

/** Number of views that have a digit. */
const DIGITS = 9;

/** Every view; a new one belongs to the end, as digits show the first nine. */
export const VIEWS: readonly ViewInfo[] = [
  {
    name: 'findings',
    title: 'Findings',
    letter: 'f',
    group: 'results',
    how: 'The strongest unit of each feature; grey: chance.',
    docs: 'findings.md',
    slot: 'left',
    needs: [],
    reads: ['activity', 'reportOf', 'text'],
    about: [],
    draws: ['overlay'],
    open: () => import('../views/findings/findings-view.ts'),
  },
  {
    name: 'overview',
    title: 'Overview',
    letter: 'o',
    group: 'results',
    how: 'Every run with its loss, its recordings, its diagnoses and its latest findings.',
    docs: 'tab.md#overview',
    slot: 'left',
    needs: [],
    reads: [],
    about: [],
    draws: ['side', 'overlay', 'difference'],
    open: () => import('../views/overview/overview-view.ts'),
  },
  {
    name: 'text',
    title: 'Text',
    letter: 't',
    group: 'where',
    how: 'Every token on the colour of the unit’s activity just after the model has read it.',
    docs: 'tab.md#text',
    slot: 'top',
    needs: ['text'],
    reads: ['activity', 'matrixOfAxis', 'textOf', 'unitOf'],
    about: ['layer', 'quantity', 'unit', 'feature'],
    draws: ['side'],
    isOffered: ({ probe }) => !probe.signal,
    open: () => import('../views/text/text-view.ts'),
  },
  {
    name: 'heatmap',
    title: 'Heatmap',
    letter: 'h',
    group: 'where',
    how: 'Activity by unit (rows) and token (columns); beside a row, the unit’s association with the feature.',
    docs: 'tab.md#heatmap',
    slot: 'bottom',
    needs: [],
    reads: ['activity', 'relevance', 'text', 'unitOf'],
    about: ['layer', 'quantity', 'unit', 'feature'],
    draws: [],
    open: () => import('../views/heatmap/heatmap-view.ts'),
  },
  {
    name: 'unit',
    title: 'Unit',
    letter: 'u',
    group: 'works',
    how: 'Everything about the chosen unit: its strongest contexts, its response to features, its development.',
    docs: 'tab.md#unit',
    slot: 'bottom',
    needs: [],
    reads: ['explanations', 'report', 'spectrum', 'statistics', 'text', 'unitHistory', 'unitOf'],
    about: ['layer', 'quantity', 'unit'],
    draws: ['overlay'],
    open: () => import('../views/unit/unit-view.ts'),
  },
  {
    name: 'gates',
    title: 'Gates',
    letter: 'a',
    group: 'works',
    how: 'Saturation of gates: how often the gate of each unit is nearly shut and how often nearly open.',
    docs: 'tab.md#gates',
    slot: 'corner',
    needs: [],
    reads: ['statistics'],
    about: ['layer'],
    draws: ['overlay'],
    open: () => import('../views/gates/gates-view.ts'),
  },
  {
    name: 'fourier',
    title: 'Fourier',
    letter: 'r',
    group: 'works',
    how: 'Amplitude spectrum of each unit: how strongly its activity repeats at each frequency, in cycles per token.',
    docs: 'tab.md#fourier',
    slot: 'corner',
    needs: ['spectrum'],
    reads: ['spectrumAt', 'statistics', 'text'],
    about: ['layer', 'quantity', 'unit'],
    draws: ['overlay'],
    open: () => import('../views/fourier/fourier-view.ts'),
  },
  {
    name: 'errors',
    title: 'Errors',
    letter: 'e',
    group: 'results',
    how: 'What would have avoided each error, the simplest remedy first; what remains was avoided by none.',
    docs: 'analysis/errors.md',
    slot: 'bottom',
    needs: [],
    reads: ['text'],
    about: [],
    draws: ['overlay', 'difference'],
    isOffered: ({ probe, digest }) => !probe.signal || hasClasses(digest),
    open: () => import('../views/errors/errors-view.ts'),
  },
  {
    name: 'training',
    title: 'Training',
    letter: 'l',
    group: 'history',
    how: 'Loss and other scalars over the steps of the training, and the settings it ran with.',
    docs: 'tab.md#training',
    slot: 'corner',
    needs: [],
    reads: ['scalars'],
    about: [],
    draws: ['side', 'overlay', 'difference'],
    open: () => import('../views/training/training-view.ts'),
  },
  {
    name: 'gallery',
    title: 'Gallery',
    letter: 'k',
    group: 'results',
    how: 'Units that can be read without any feature: what kind each is, and a piece of text coloured by it.',
    docs: 'tab.md#gallery',
    slot: 'bottom',
    needs: [],
    reads: ['activityOf', 'text'],
    about: [],
    draws: ['overlay', 'difference'],
    open: () => import('../views/gallery/gallery-view.ts'),
  },
  {
    name: 'signal',
    title: 'Signal',
    letter: 's',
    group: 'where',
    how: 'Channels over time; below them the activity of the unit, as colour and as a line, and forecast and target.',
    docs: 'signals.md#the-signal-view',
    slot: 'top',
    needs: ['text'],
    reads: ['activity', 'unitOf'],
    about: ['layer', 'quantity', 'unit', 'feature'],
    draws: ['side', 'overlay'],
    inPlaceOf: 'text',
    isOffered: ({ probe }) => probe.signal,
    open: () => import('../views/signal/signal-view.ts'),
  },
  {
    name: 'matrix',
    title: 'Matrix',
    letter: 'm',
    group: 'works',
    how: 'Attention and other matrices: which columns each row attends to, and how that developed.',
    docs: 'tab.md#matrix',
    slot: 'bottom',
    needs: [],
    reads: ['matrixOf', 'matrixOfAxis', 'matrixSummary', 'text', 'textOf'],
    about: [],
    draws: ['overlay', 'difference'],
    isOffered: ({ probe, parent }) => probe.matrices.length > 0 || (parent?.matrices.length ?? 0) > 0,
    open: () => import('../views/matrix/matrix-view.ts'),
  },
  {
    name: 'sequences',
    title: 'Sequences',
    letter: 'q',
    group: 'where',
    how: 'Sequences of a classifier: which are wrong, when each was decided, and which units made the state jump.',
    docs: 'tab.md#sequences',
    slot: 'top',
    needs: ['sequenceDecisions'],
    reads: ['sequenceHistory', 'sequenceSteps', 'text'],
    about: ['layer', 'quantity'],
    draws: [],
    isOffered: ({ probe }) => probe.classes !== null && probe.classes > 0,
    open: () => import('../views/sequences/sequences-view.ts'),
  },
  {
    name: 'states',
    title: 'States',
    letter: 'p',
    group: 'works',
    how: 'Every state of the layer as a point on its principal components: what is near each other, and how it moves.',
    docs: 'states.md',
    slot: 'bottom',
    needs: [],
    reads: [
      'dynamicsHistory',
      'linearProbe',
      'projection',
      'sequenceDecisions',
      'stateDynamics',
      'stateGeometry',
      'stateMap',
      'text',
      'unitOf',
    ],
    about: ['layer', 'quantity', 'unit', 'feature'],
    draws: [],
    isOffered: ({ probe }) => probe.layers.length > 0,
    open: () => import('../views/states/states-view.ts'),
  },
  {
    name: 'why',
    title: 'Why',
    letter: 'y',
    group: 'works',
    how: 'What moved a prediction: red raised its score, blue lowered it; and how far back learning reaches.',
    docs: 'tab.md#why',
    slot: 'bottom',
    needs: [],
    reads: ['explanationHistory', 'explanations', 'text', 'textOf'],
    about: [],
    draws: ['overlay', 'difference'],
    open: () => import('../views/why/why-view.ts'),
  },
  {
    name: 'words',
    title: 'Words',
    letter: 'w',
    group: 'works',
    how: 'What each word does to each unit on average, and which words and units belong together.',
    docs: 'words.md',
    slot: 'bottom',
    needs: ['words'],
    reads: ['text', 'wordClusters', 'wordSpread'],
    about: ['layer', 'quantity', 'unit'],
    draws: [],
    isOffered: ({ probe }) => !probe.signal,
    open: () => import('../views/words/words-view.ts'),
  },
];

/** True unless it is known that the targets are numbers, or that there are none. */
const hasClasses = (digest: Digest | null) =>
  digest !== null && digest.targetKind !== 'next' && !NUMBER_TARGETS.includes(digest.targetKind);

const findView = (name: string) => VIEWS.find((view) => view.name === name);

/** Name of a view in a layout: its own, or that of the view it replaces. */
export const layoutName = (name: string): string => findView(name)?.inPlaceOf ?? name;

const isOfferedFor = (info: ViewInfo, shown: ShownProbe | null) => !shown || (info.isOffered?.(shown) ?? true);

/** View that a name of a layout shows of a probe; undefined if there is none. */
export function offeredView(name: string, shown: ShownProbe | null): ViewInfo | undefined {
  const own = layoutName(name);
  const candidates = VIEWS.filter((view) => layoutName(view.name) === own);
  return shown ? candidates.find((view) => isOfferedFor(view, shown)) : candidates[0];
}

/** Groups of the menu with the views that have something to show of a probe. */
export const offeredGroups = (shown: ShownProbe | null) =>
  GROUPED_VIEWS.map(({ title, views }) => ({
    title,
    views: views.filter((info) => offeredView(info.name, shown) === info),
  }));

/** Views of a layout as a probe shows them, and the one in front. */
export function offeredStack(names: readonly string[], front: string | null, shown: ShownProbe | null) {
  const views = names.flatMap((name) => offeredView(name, shown)?.name ?? []);
  const inFront = front === null ? undefined : offeredView(front, shown)?.name;
  return { views, front: inFront ?? views[0] ?? null };
}

/** View that a digit shows, or a letter after `g`. */
export const viewOfKey = (key: string): ViewInfo | undefined =>
  /^[1-9]$/.test(key) ? VIEWS[Number(key) - 1] : VIEWS.find(({ letter }) => letter === key);

/** Keys that show a view: `g` and its letter, and a digit for the first nine. */
export function keysOf(info: ViewInfo): string {
  const index = VIEWS.slice(0, DIGITS).findIndex(({ name }) => name === layoutName(info.name));
  return index < 0 ? `g ${info.letter}` : `${index + 1}, g ${info.letter}`;
}

/** Views by group, in the order of the menu. */
export const GROUPED_VIEWS = (Object.keys(GROUPS) as (keyof typeof GROUPS)[]).map((group) => ({
  title: GROUPS[group],
  views: VIEWS.filter((info) => info.group === group),
}));
