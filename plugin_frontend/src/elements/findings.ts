import { css, html, nothing } from 'lit';
import type { Digest, Hypothesis } from '../data/types.ts';
import { SIGNIFICANT, useOf } from '../state/evidence.ts';
import { isGate } from '../state/limits.ts';
import { isFound } from '../state/look.ts';
import { shown, type Selection, type Store } from '../state/store.ts';
import { brief, evidence, evidenceStyle } from './evidence.ts';
import './look-field.ts';
import { nameFilter } from './run-picker.ts';
import { controls } from './theme.ts';
import { Watching } from './watching.ts';
import { count, figure, short, words } from './words.ts';

const FIRST = 60;

/** What one should know of a recording beside its findings. */
const remarks = (digest: Digest): string[] => [
  ...digest.features.filter(({ note }) => note).map(({ name, note }) => `${name}: ${note}`),
  ...(digest.tagger ? [`Parts of speech by ${digest.tagger}`] : []),
];

/** Units that were found, not chosen; the strongest first. */
export class Findings extends Watching {
  static override properties = { store: { attribute: false }, filter: { state: true }, all: { state: true } };
  declare store: Store;
  declare private filter: string;
  declare private all: boolean;

  static override styles = [controls, evidenceStyle, css`
    :host { display: flex; flex-direction: column; min-height: 0; min-width: 0; height: 100%; }
    .head { display: flex; gap: 8px; align-items: center; padding: 4px 8px; flex: none; }
    h2 { font-size: 13px; font-weight: 500; margin: 0; }
    input { flex: 1; }
    ul { list-style: none; margin: 0; padding: 0; flex: 1 1 0; min-height: 0; overflow: hidden auto; border-top: 1px solid var(--rv-line); }
    .finding { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 8px; width: 100%; height: auto; text-align: left; border: 0; border-radius: 0; padding: 5px 8px; line-height: 1.35;
      border-bottom: 1px solid var(--rv-line); font-size: 12px; }
    .finding[aria-pressed='true'] { font-weight: inherit; box-shadow: inset 3px 0 var(--rv-accent); }
    .chance, .chance .unit { color: var(--rv-muted); }
    .chance .bar i { background: var(--rv-line); }
    .chance .spark path { stroke: var(--rv-muted); }
    .name { font-weight: 500; overflow: hidden; text-overflow: ellipsis; }
    .where { color: var(--rv-muted); overflow: hidden; text-overflow: ellipsis; grid-column: 1; }
    .unit { color: var(--rv-ink); }
    .finding:not(.chance) .where.first { color: var(--rv-ink); }
    .bar { grid-column: 1 / -1; height: 4px; background: var(--rv-hover); margin-top: 3px; }
    .bar i { display: block; height: 100%; background: var(--rv-bar); }
    [aria-pressed='true'] .bar i { background: var(--rv-accent); }
    .right { text-align: right; font-variant-numeric: tabular-nums; }
    .brief { grid-column: 1 / -1; display: flex; align-items: center; gap: 6px; margin-top: 1px; }
    .use { margin-left: auto; }
    p { margin: 0; padding: 8px; color: var(--rv-muted); font-size: 12px; }
    button.more { width: 100%; border: 0; }
    rv-look { border-bottom: 1px solid var(--rv-line); }
  `];

  constructor() {
    super();
    this.filter = '';
    this.all = false;
  }

  override render() {
    const { store } = this;
    const selection = store.selection.value;
    if (!selection) return nothing;
    const looked = shown(store.looked.value);
    return html`<rv-look .store=${store}></rv-look>${isFound(looked) ? this.answers(looked.units, selection) : this.suggestions(selection)}`;
  }

  /** The units that go with what was typed. */
  private answers(units: readonly Hypothesis[], selection: Selection) {
    const strongest = strongestOf(units);
    return html`<ul class=${this.store.looked.value.state === 'loading' ? 'old' : ''} aria-label="Units that go with ${short(selection.feature)}">
      ${units.map((h) => this.finding(h, selection, strongest, true))}
      ${units.length ? nothing : html`<li><p>No unit could be held against it.</p></li>`}
    </ul>`;
  }

  private suggestions(selection: Selection) {
    const { store } = this;
    const digest = store.digest.value;
    const fits = nameFilter(this.filter);
    const hypotheses = digest?.hypotheses ?? [];
    const found = this.filter ? hypotheses.filter((h) => fits(`${h.feature} ${h.layer} ${words(h.quantity)} ${h.unit} ${h.response?.label ?? ''} ${useOf(h) ?? ''}`)) : hypotheses;
    const strongest = strongestOf(hypotheses);
    const listed = this.all ? found : found.slice(0, FIRST);
    return html`
      <div class="head"><h2>Findings</h2><span class="muted number" title=${digest?.tests ? `the strongest of ${count(digest.tests)} tests` : ''}>${hypotheses.length || ''}${digest?.tests ? html` of ${count(digest.tests)} tests` : nothing}</span>
        ${hypotheses.length > 6 ? html`<input type="search" placeholder="Filter" aria-label="Filter findings" .value=${this.filter}
          @input=${(event: Event) => (this.filter = (event.target as HTMLInputElement).value)} />` : nothing}</div>
      <ul class=${store.digests.value.state === 'loading' ? 'old' : ''} aria-label="Findings at ${store.axis.value.name(selection.step)}">
        ${listed.map((h) => this.finding(h, selection, strongest, false))}
        ${found.length > listed.length ? html`<li><button class="more" @click=${() => (this.all = true)}>Show all ${found.length}</button></li>` : nothing}
        ${found.length ? nothing : html`<li><p>${this.nothing(hypotheses.length)}</p></li>`}
        ${digest ? remarks(digest).map((remark) => html`<li><p class="remark">${remark}</p></li>`) : nothing}
      </ul>`;
  }

  private nothing(total: number) {
    const { digests, digest, axis: { value: { one } } } = this.store;
    if (total) return `None of ${total} findings fits “${this.filter}”.`;
    const state = digests.value;
    if (state.state === 'failed') return html`${state.message} <button @click=${state.retry}>Try again</button>`;
    if (state.state === 'loading') return 'Reading the findings…';
    if (!digest.value) return `No findings were logged for this ${one}.`;
    return digest.value.features.length ? `No unit stands out for any feature at this ${one}.` : 'No features were given to the callback, so no unit was searched for one.';
  }

  private finding(h: Hypothesis, selection: Selection, strongest: number, typed: boolean) {
    const chosen = h.feature === selection.feature && h.layer === selection.layer && h.quantity === selection.quantity && h.unit === selection.unit;
    const share = strongest ? (100 * Math.abs(h.effect || 0)) / strongest : 0;
    const { feature, layer, quantity, unit } = h;
    const stands = !(h.q > SIGNIFICANT);
    const where = html`<span class=${typed ? 'where first' : 'where'}>${layer} ${words(quantity)} <span class="unit number">${unit}</span>${stands ? '' : ' · chance'}</span>`;
    const change = typed ? { layer, quantity, unit } : { feature, layer, quantity, unit };
    return html`<li><button class=${stands ? 'finding' : 'finding chance'} aria-pressed=${chosen} title=${`Show unit ${unit} of ${layer}${stands ? '' : '; not above chance'}`}
        @click=${() => this.store.select(change)}>
        ${typed ? where : html`<span class="name">${short(feature)}</span>`}<span class="right" title="effect: difference of the means in standard deviations">${figure(h.effect, true)}</span>
        ${typed ? nothing : html`${where}<span class="right muted" title="tokens where the feature matches">${count(h.count)}×</span>`}
        ${brief(h)}
        <span class="bar"><i style=${`width:${share.toFixed(1)}%`}></i></span>
      </button>${chosen ? this.evidence(h, typed) : nothing}</li>`;
  }

  private evidence(h: Hypothesis, typed: boolean) {
    const { layer, quantity } = h;
    const index = shown(this.store.index.value);
    const circumstances = { digest: this.store.digest.value, gate: index !== null && isGate(index, layer, quantity), typed };
    return evidence(h, circumstances, (unit) => this.store.select({ layer, quantity, unit }));
  }
}
customElements.define('rv-findings', Findings);

const strongestOf = (hypotheses: readonly Hypothesis[]) => hypotheses.reduce((most, { effect }) => Math.max(most, Math.abs(effect) || 0), 0);
