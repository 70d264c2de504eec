import type { Mode } from '../state/compared-recording.ts';

/** Slots of the layout, which hold views until they are moved. */
export const SLOTS = ['left', 'top', 'bottom', 'corner'] as const;
export type Slot = (typeof SLOTS)[number];

export interface ViewInfo {
  /** The element is `rv-<name>-view`. */
  readonly name: string;
  readonly title: string;
  /** One sentence on how to read it. */
  readonly how: string;
  /** The page of the docs, and its section. */
  readonly docs: string;
  readonly slot: Slot;
  /**
   * Modes of comparison that the view draws by itself.
   * For the others it is drawn once for each recording.
   */
  readonly draws: readonly Mode[];
  /** Loads its script. */
  open(): Promise<unknown>;
}

/** Every view, in the order of the menu. */
export const VIEWS: readonly ViewInfo[] = [
  {
    name: 'findings',
    title: 'Findings',
    how: 'Units that go with a feature of the text, strongest first; what is not above chance is grey.',
    docs: 'findings.md',
    slot: 'left',
    draws: ['overlay'],
    open: () => import('../views/findings/findings-view.ts'),
  },
  {
    name: 'overview',
    title: 'Overview',
    how: 'Every run with its loss, what was recorded of it, what looks wrong, and what was found last.',
    docs: 'tab.md#overview',
    slot: 'left',
    draws: ['side', 'overlay', 'difference'],
    open: () => import('../views/overview/overview-view.ts'),
  },
  {
    name: 'text',
    title: 'Text',
    how: 'Every token stands on the colour of the unit’s activity just after the model has read it.',
    docs: 'tab.md#text',
    slot: 'top',
    draws: ['side'],
    open: () => import('../views/text/text-view.ts'),
  },
  {
    name: 'heatmap',
    title: 'Heatmap',
    how: 'A row for each unit, a column for each token; beside a row, how strongly the unit goes with the feature.',
    docs: 'tab.md#heatmap',
    slot: 'bottom',
    draws: [],
    open: () => import('../views/heatmap/heatmap-view.ts'),
  },
  {
    name: 'unit',
    title: 'Unit',
    how: 'All that is known of the unit chosen: where it is strongest, what it reacts to, how it came to be.',
    docs: 'tab.md#unit',
    slot: 'bottom',
    draws: ['overlay'],
    open: () => import('../views/unit/unit-view.ts'),
  },
  {
    name: 'gates',
    title: 'Gates',
    how: 'A dot for each unit: how often its gate is nearly shut, and how often nearly open.',
    docs: 'tab.md#gates',
    slot: 'corner',
    draws: ['overlay'],
    open: () => import('../views/gates/gates-view.ts'),
  },
  {
    name: 'fourier',
    title: 'Fourier',
    how: 'How strongly each unit beats at each frequency, in cycles per token.',
    docs: 'tab.md#fourier',
    slot: 'corner',
    draws: ['overlay'],
    open: () => import('../views/fourier/fourier-view.ts'),
  },
  {
    name: 'errors',
    title: 'Errors',
    how: 'What would have avoided each error, the simplest remedy first; what remains was avoided by none.',
    docs: 'analysis/errors.md',
    slot: 'bottom',
    draws: ['overlay', 'difference'],
    open: () => import('../views/errors/errors-view.ts'),
  },
  {
    name: 'training',
    title: 'Training',
    how: 'Loss and other scalars over the steps of the training, and the settings it ran with.',
    docs: 'tab.md#training',
    slot: 'corner',
    draws: ['side', 'overlay', 'difference'],
    open: () => import('../views/training/training-view.ts'),
  },
];
