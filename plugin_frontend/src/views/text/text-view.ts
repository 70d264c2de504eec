import { signal } from '@preact/signals-core';
import { css, html, nothing, type PropertyValues } from 'lit';
import type { TokenText } from '../../data/types.ts';
import { makeColormap } from '../../draw/colormap.ts';
import { visible } from '../../draw/glyphs.ts';
import { option } from '../../elements/field.ts';
import '../../elements/legend.ts';
import { controls } from '../../elements/theme.ts';
import { Watching } from '../../elements/watching.ts';
import { short, words } from '../../elements/words.ts';
import { findRun } from '../../state/settle.ts';
import { shown, type Store } from '../../state/store.ts';
import { nextMatch, rankOf } from './matches.ts';
import './text-pane.ts';
import type { PointedToken, TextPane } from './text-pane.ts';
import './token-card.ts';
import type { Side } from './token-card.ts';

const CARD_GAP = 6;

/** The text on the colours of the chosen unit; two recordings beside each other when they are compared. */
export class TextView extends Watching {
  static override properties = { store: { attribute: false } };
  declare store: Store;

  /** The token under the pointer in this view, and the pane it is in. */
  private readonly pointed = signal<{ readonly token: number; readonly pane: number } | null>(null);
  private sides: readonly Side[] = [];
  private feature = '';
  private opened = false;

  static override styles = [controls, css`
    :host { display: flex; flex-direction: column; min-width: 0; min-height: 0; height: 100%; position: relative; container-type: inline-size; }
    .head, .foot { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; padding: 4px 8px; flex: none; font-size: 12px; min-width: 0; }
    .foot { color: var(--rv-muted); min-height: 24px; }
    h2 { font-size: 13px; font-weight: 500; margin: 0; }
    .push { margin-left: auto; }
    label { display: inline-flex; align-items: center; gap: 4px; }
    .panes { flex: 1 1 0; min-height: 0; display: flex; border-block: 1px solid var(--rv-line); }
    rv-text-pane { flex: 1 1 0; }
    rv-text-pane + rv-text-pane { border-left: 1px solid var(--rv-line); }
    rv-token-card { position: absolute; z-index: 5; visibility: hidden; }
    rv-token-card.hover { pointer-events: none; }
    .given { border: 0 solid var(--rv-ink); border-width: 1.5px 1.5px 0 0; padding: 0 3px; color: var(--rv-ink); }
    .underlined { border-bottom: 1.5px solid var(--rv-ink); color: var(--rv-ink); }
    @container (max-width: 560px) {
      .panes { flex-direction: column; }
      rv-text-pane + rv-text-pane { border-left: 0; border-top: 1px solid var(--rv-line); }
    }
  `];

  override render() {
    const { store } = this;
    const selection = store.selection.value;
    if (!selection) return nothing;
    const { compare } = selection;
    this.sides = [
      { label: this.label('A', selection.run, store.axis.value.name(selection.step)), sources: store },
      ...(compare ? [{ label: this.label('B', compare.run, store.comparedAxis.value.name(compare.step)), sources: store.compared }] : []),
    ];
    const card = this.card;
    return html`
      <div class="head"><h2>Text</h2>${this.featureMatches(selection.feature)}${this.options()}</div>
      <div class="panes">
        ${this.sides.map((side, pane) => html`<rv-text-pane .store=${store} .sources=${side.sources} label=${compare ? side.label : ''}
          @rv-token=${(event: CustomEvent<PointedToken>) => this.tokenPointed(event.detail, pane)}
          @rv-laid-out=${() => this.laidOut()}
          @rv-scroll=${(event: CustomEvent<number>) => this.scrolled(event.detail, pane)}></rv-text-pane>`)}
      </div>
      <div class="foot">${this.legend()}</div>
      ${card ? html`<rv-token-card class=${card.pinned ? '' : 'hover'} .store=${store} .sides=${this.sides} .token=${card.token} .pinned=${card.pinned}
        @rv-release=${() => this.pin(null)}></rv-token-card>` : nothing}
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const selection = this.store.selection.peek();
    if (selection) this.showFeature(selection.feature);
    void this.placeCard();
  }

  private laidOut(): void {
    if (!this.opened && this.pinned !== null) this.panes[0].reveal(this.pinned);
    this.opened = true;
    this.showFeature(this.store.selection.peek()?.feature ?? '');
    void this.placeCard();
  }

  private label(letter: string, run: string, step: string): string {
    const index = shown(this.store.index.value);
    return `${letter} · ${(index && findRun(index, run)?.name) ?? run} · ${step}`;
  }

  private get panes(): TextPane[] {
    return [...this.renderRoot.querySelectorAll<TextPane>('rv-text-pane')];
  }

  private get pinned(): number | null {
    const word = this.store.option('token', '').value;
    return /^\d+$/.test(word) ? Number(word) : null;
  }

  private get card(): { token: number; pane: number; pinned: boolean } | null {
    const pointed = this.pointed.value;
    const { pinned } = this;
    if (pinned !== null && (!pointed || pointed.token === pinned)) return { token: pinned, pane: 0, pinned: true };
    return pointed && { ...pointed, pinned: false };
  }

  private featureMatches(feature: string) {
    const mask = shown(this.store.mask.value);
    if (!mask) return nothing;
    const [rank, total] = rankOf(mask, this.pinned);
    if (!total) return html`<span class="muted">${visible(short(feature))} matches no token</span>`;
    return html`<span><span class="underlined" title=${feature}>${short(feature)}</span> <span class="number">${rank ? `${rank} of ${total}` : total}</span></span>
      <span><button title="Match before (p)" aria-label="Match before" @click=${() => this.toMatch(-1)}>‹</button>
      <button title="Next match (n)" aria-label="Next match" @click=${() => this.toMatch(1)}>›</button></span>`;
  }

  private options() {
    const { store } = this;
    const signs = store.option('signs', 'off');
    const color = store.option('color', 'activity');
    const probable = Boolean(shown(store.text.value)?.probability);
    return html`
      ${probable || color.value !== 'activity' ? html`<label class="push">Colour
        <select @change=${(event: Event) => (color.value = (event.target as HTMLSelectElement).value)}>
          ${option('activity', 'activity', color.value !== 'probability')}
          ${option('probability', 'probability of what came next', color.value === 'probability')}
        </select></label>` : html`<span class="push"></span>`}
      <button aria-pressed=${signs.value === 'on'} title="Make white space visible" @click=${() => (signs.value = signs.value === 'on' ? 'off' : 'on')}>␣ ⏎ →</button>`;
  }

  private legend() {
    const { store } = this;
    const { layer, quantity, unit } = store.selection.value!;
    const swapped = store.option('colors', 'red');
    const range = store.option('range', 'whole');
    const probable = store.option('color', 'activity').value === 'probability';
    const colors = probable ? makeColormap({ low: 0, high: 1, diverging: false, dark: store.dark.value }) : store.colors.value;
    const gate = !probable && !colors.diverging;
    const what = probable ? 'probability of what came next' : `${layer} ${words(quantity)}, unit ${unit}`;
    const missing = Boolean(store.digest.value?.ranges[layer]?.[quantity]?.missing) || probable;
    const prompt = this.sides.some(({ sources }) => isPrompted(shown(sources.text.value)));
    return html`<rv-colors .colors=${colors} .what=${what} .missing=${missing} .dark=${store.dark.value}></rv-colors>
      ${colors.diverging ? html`<button title="Exchange red and blue" aria-pressed=${swapped.value === 'blue'}
        @click=${() => (swapped.value = swapped.value === 'blue' ? 'red' : 'blue')}>⇄ red, blue</button>` : nothing}
      ${gate ? html`<button aria-pressed=${range.value === 'seen'} title="Colour from the smallest to the largest value of all ${store.axis.value.many}, or from 0 to 1"
        @click=${() => (range.value = range.value === 'seen' ? 'whole' : 'seen')}>range as seen</button>` : nothing}
      ${prompt ? html`<span class="given" title="Given to the model; what follows it wrote itself">prompt</span>` : nothing}`;
  }

  private tokenPointed({ token, lasting }: PointedToken, pane: number): void {
    if (lasting) return this.pin(token === this.pinned ? null : token);
    this.pointed.value = token === null ? null : { token, pane };
    this.store.hoverOver({ token });
  }

  private pin(token: number | null): void {
    this.store.option('token', '').value = token === null ? '' : String(token);
  }

  /** Pins a token and goes there; once more when the text is set anew. */
  show(token: number): void {
    this.pin(token);
    this.opened = false;
    this.panes[0]?.reveal(token);
  }

  /** Pins the next match, counted from the token that is pinned or else from what is in view. */
  toMatch(direction: 1 | -1): void {
    const mask = shown(this.store.mask.peek());
    const [pane] = this.panes;
    if (!mask || !pane) return;
    const from = this.pinned ?? (pane.span?.[0] ?? 0) - direction;
    const token = nextMatch(mask, from, direction);
    if (token < 0) return;
    this.pin(token);
    pane.reveal(token);
  }

  private scrolled(top: number, from: number): void {
    this.panes.forEach((pane, i) => {
      if (i !== from) pane.top = top;
    });
    void this.placeCard();
  }

  /** When another feature is chosen and none of its matches is in view, goes to the first. */
  private showFeature(feature: string): void {
    const mask = shown(this.store.mask.peek());
    const [pane] = this.panes;
    const span = pane?.span;
    if (!mask || !span || feature === this.feature) return;
    const first = this.feature === '' && this.pinned !== null;
    this.feature = feature;
    if (first || mask.subarray(...span).includes(1)) return;
    const token = mask.indexOf(1);
    if (token >= 0) pane.reveal(token);
  }

  /** Under its token, or above it, always whole within the view. */
  private async placeCard(): Promise<void> {
    const card = this.renderRoot.querySelector<HTMLElement & { updateComplete: Promise<boolean> }>('rv-token-card');
    const shownCard = this.card;
    if (!card || !shownCard) return;
    await card.updateComplete;
    const rect = this.panes[shownCard.pane]?.rectOf(shownCard.token);
    card.style.visibility = rect ? 'visible' : 'hidden';
    if (!rect) return;
    const box = this.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const below = rect.bottom + CARD_GAP;
    const fitsBelow = below + height <= window.innerHeight;
    const top = fitsBelow ? below : Math.max(4, rect.top - CARD_GAP - height);
    card.style.left = `${Math.max(4, Math.min(rect.left - box.left, box.width - width - 4))}px`;
    card.style.top = `${top - box.top}px`;
  }
}
customElements.define('rv-text-view', TextView);

const isPrompted = (text: TokenText | null) => Boolean(text?.generated && text.promptTokens);
