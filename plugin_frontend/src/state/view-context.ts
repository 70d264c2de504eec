import type { ReadonlySignal, Signal } from '@preact/signals-core';
import type { Client } from '../data/client.ts';
import type { Index } from '../data/types.ts';
import type { ActivityColors } from './activity-colors.ts';
import type { ComparedRecording } from './compared-recording.ts';
import type { Loadable } from './loadable.ts';
import type { MarkedTokens } from './marked-tokens.ts';
import type { ComparedStep, SelectionRequest } from './resolve-selection.ts';
import type { Hover, Selection } from './selection.ts';
import type { SettingName, SettingSignal } from './settings.ts';

/**
 * Changes of the selection.
 * A part that is undefined is left to the strongest finding.
 */
export type Change = { [Part in keyof Omit<Selection, 'compare' | 'more'>]?: Selection[Part] | undefined } & {
  compare?: { readonly run: string; readonly step: ComparedStep } | null;
  more?: readonly { readonly run: string; readonly step: ComparedStep }[];
};

/**
 * Selection, hover and settings, shared by all views.
 * A view gets the data of its recordings separately.
 */
export interface ViewContext {
  readonly client: Client;
  readonly index: ReadonlySignal<Loadable<Index>>;
  readonly selection: ReadonlySignal<Selection | null>;
  /** Selection as it was asked for, before it is resolved against the index. */
  readonly selectionRequest: ReadonlySignal<SelectionRequest>;
  readonly hover: ReadonlySignal<Hover>;
  /** Tokens that a view marks in the text; null if none does. */
  readonly marked: Signal<MarkedTokens | null>;
  readonly dark: ReadonlySignal<boolean>;
  /** Feature as it was typed; empty while none is looked for. */
  readonly featureQuery: Signal<string>;
  /** All recordings chosen, A first, whatever the mode. */
  readonly comparedRecordings: ReadonlySignal<readonly ComparedRecording[]>;
  readonly colors: Pick<ActivityColors, 'byUnit' | 'tanh' | 'gate' | 'pending' | 'ofQuantity'>;
  select(change: Change): void;
  hoverOver(change: Partial<Hover>): void;
  /** Setting of the link, by name. */
  option<K extends SettingName>(name: K): SettingSignal<K>;
}
