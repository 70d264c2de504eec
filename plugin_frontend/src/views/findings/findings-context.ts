import { html, nothing, type TemplateResult } from 'lit';
import type { Finding } from '../../data/types.ts';
import { truncate } from '../../ui/format.ts';
import { chanceSentence, type ChanceLevel } from './chance-level.ts';
import type { Row } from './finding-rows.ts';
import { type Wording } from '../../state/wording.ts';

/** One of the recordings that are listed. */
export interface ListedRecording {
  readonly letter: string;
  readonly label: string;
  readonly color: string;
  /** `epoch 3` */
  readonly when: string;
  readonly levels: ReadonlyMap<string, ChanceLevel>;
}

/** Rows and state shared by list, table and plot, with their actions. */
export interface FindingsContext {
  readonly recordings: readonly ListedRecording[];
  /** The largest effect of all, whatever its sign. */
  readonly strongest: number;
  /** Text of the feature query; empty if there is none. */
  readonly typed: string;
  /** The key of the row chosen. */
  readonly selectedKey: string;
  /** Nouns of the steps of the probe. */
  readonly wording: Wording;
  isHovered(row: Row): boolean;
  choose(row: Row): void;
  pin(row: Row): void;
  /** The pointer is over a row, or over none. */
  hover(row: Row | null): void;
  /** Evidence of a row. */
  open(row: Row): TemplateResult;
}

/** Context of the list, parts of which are folded. */
export interface ListContext extends FindingsContext {
  /** True if there are so few groups that every finding has all its lines. */
  readonly hasRoom: boolean;
  /** True if the evidence of the selected finding is unfolded by default. */
  readonly opensEvidence: boolean;
  /** True if what the key names is unfolded, by choice of the user or by default. */
  isUnfolded(key: string, isOpenByDefault: boolean): boolean;
  unfold(key: string, isOpen: boolean): void;
}

export const isOf = ({ pin }: Row, typed: string) => pin.look !== '' && pin.look === typed;

/** Reason for which a pinned row has no statistics. */
export function absence({ pin }: Row, { recordings: [recording], typed }: FindingsContext): string {
  if (!pin.look || pin.look === typed) return `not among the findings at ${recording.when}`;
  return `typed, and not searched for now: press to search for ${truncate(pin.look, 40)}`;
}

export const pinButton = (row: Row, { pin }: FindingsContext): TemplateResult => {
  const { feature, layer, quantity, unit } = row.pin;
  const title = row.pinned
    ? 'Pinned: stays on top wherever you go. Press to let go'
    : 'Pin: keeps it on top wherever you go';
  return html`<button
    class="pin"
    aria-pressed=${row.pinned}
    aria-label="Pin ${truncate(feature)}, ${layer} ${quantity.replaceAll('_', ' ')} ${unit}"
    title=${title}
    @click=${() => pin(row)}
  >
    ${row.pinned ? '★' : '☆'}
  </button>`;
};

/**
 * Bar of the size of an effect with a mark at the chance level.
 * The mark is fainter if nothing listed for the feature is chance; the finding that sets it has none.
 */
export function bar(
  { effect }: Finding,
  feature: string,
  strongest: number,
  { levels, color }: ListedRecording,
  colored: boolean,
): TemplateResult {
  const level = levels.get(feature);
  const size = Math.abs(effect || 0);
  const share = (part: number) => (strongest ? `${((100 * part) / strongest).toFixed(1)}%` : '0.0%');
  const marked = level && !Number.isNaN(level.above) && level.above !== size;
  return html`<span class="bar" title=${level ? chanceSentence(level, truncate(feature)) : ''}
    ><i style="width:${share(size)}${colored ? `;background:${color}` : ''}"></i>${
      marked
        ? html`<span class=${Number.isNaN(level.below) ? 'bound' : ''} style="left:${share(level.above)}"></span>`
        : nothing
    }</span
  >`;
}
