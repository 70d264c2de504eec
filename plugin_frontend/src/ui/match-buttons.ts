import { css, html, nothing, type TemplateResult } from 'lit';
import { visible } from '../state/visible-characters.ts';
import { pinnedToken } from '../state/pinned-token.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../state/store.ts';
import { rankOf } from './draw/feature-matches.ts';
import { formatCount, truncate } from './format.ts';

/** The chosen feature is underlined, as its matches are. */
export const matchStyle = css`
  .underlined {
    border-bottom: 1.5px solid var(--rv-ink);
    color: var(--rv-ink);
  }
`;

/** Chosen feature, its number of matches, and buttons that go through them. */
export function matchButtons(
  store: ViewContext,
  { data }: ComparedRecording,
  toMatch: (direction: 1 | -1) => void,
): TemplateResult | typeof nothing {
  const mask = valueOrStale(data.mask.value);
  if (!mask) return nothing;
  const { feature } = store.selection.value!;
  const isSignal = valueOrStale(data.text.value)?.signal;
  const [rank, total] = rankOf(mask, pinnedToken(store));
  if (!total)
    return html`<span class="muted">${visible(truncate(feature))} matches no ${isSignal ? 'step' : 'token'}</span>`;
  return html`<span
      ><span class="underlined" title=${feature}>${truncate(feature)}</span>
      <span class="number">${rank ? `${formatCount(rank)} of ${formatCount(total)}` : formatCount(total)}</span></span
    >
    <span
      ><button title="Match before (p)" aria-label="Match before" @click=${() => toMatch(-1)}>‹</button>
      <button title="Next match (n)" aria-label="Next match" @click=${() => toMatch(1)}>›</button></span
    >`;
}
