import { css, html, nothing } from 'lit';
import type { ComparedRecording, ViewContext } from '../state/store.ts';
import type { TokenText } from '../data/types.ts';
import { stepLabel } from '../state/signal-time.ts';
import { formatCount } from './format.ts';

/** Matched units have other numbers in other recordings. */
export function unitNames(recordings: readonly ComparedRecording[]): string {
  const units = recordings.map(({ data }) => data.unit.value);
  return units.every((unit) => unit === units[0])
    ? String(units[0])
    : units.map((unit, i) => `${unit < 0 ? 'none' : unit} in ${recordings[i].letter}`).join(', ');
}

/** Button that exchanges the colours of positive and negative values. */
export function exchangeButton(store: ViewContext, diverging: boolean) {
  const swapped = store.option('colors');
  if (!diverging) return nothing;
  return html`<button
    title="Exchange red and blue"
    aria-pressed=${swapped.value === 'blue'}
    @click=${() => (swapped.value = swapped.value === 'blue' ? 'red' : 'blue')}
  >
    ⇄ red, blue
  </button>`;
}

export const chipStyle = css`
  .chip {
    display: inline-flex;
    align-items: center;
    border: 1px solid var(--rv-line);
    border-radius: 4px;
    padding-left: 6px;
    color: var(--rv-ink);
    white-space: nowrap;
  }
  .chip.range {
    border: 2px solid var(--rv-accent);
  }
  .chip button {
    border: 0;
    height: 18px;
    padding: 0 5px;
  }
`;

/** Chip of the chosen range of tokens, with a button that releases it. */
export function rangeChip(store: ViewContext, text: TokenText | null = null) {
  const { tokens } = store.selection.value!;
  if (!tokens) return nothing;
  const [first, end] = tokens;
  const label = (token: number) => text && stepLabel(text, token);
  const name = label(first)
    ? `${label(first)} to ${label(end - 1)}`
    : end - first === 1
      ? `token ${formatCount(first)}`
      : `tokens ${formatCount(first)} to ${formatCount(end - 1)}`;
  return html`<span class="chip range number" title="Chosen with shift and a drag, or shift and arrows"
    >${name}<button
      title="Release (Esc)"
      aria-label="Release the tokens"
      @click=${() => store.select({ tokens: null })}
    >
      ×
    </button></span
  >`;
}
