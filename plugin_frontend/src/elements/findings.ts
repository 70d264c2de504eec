import { css, html, nothing } from 'lit';
import type { Digest, Hypothesis } from '../data/types.ts';
import type { Selection, Store } from '../state/store.ts';
import { nameFilter } from './run-picker.ts';
import { controls } from './theme.ts';
import { Watching } from './watching.ts';
import { chance, count, epochName, figure, words } from './words.ts';

const FIRST = 60;
/** The rate of false discoveries up to which a finding stands. */
const SIGNIFICANT = 0.05;

/** What one should know of a recording beside its findings. */
const remarks = (digest: Digest): string[] => [
  ...digest.features.filter(({ note }) => note).map(({ name, note }) => `${name}: ${note}`),
  ...digest.absent.map(({ layer, quantity, reason }) => `Not recorded: ${layer}${quantity === 'all' ? '' : ` ${words(quantity)}`}, ${reason}`),
  ...(digest.tagger ? [`Parts of speech by ${digest.tagger}`] : []),
];

/** Units that were found, not chosen; the strongest first. */
export class Findings extends Watching {
  static override properties = { store: { attribute: false }, filter: { state: true }, all: { state: true } };
  declare store: Store;
  declare private filter: string;
  declare private all: boolean;

  static override styles = [controls, css`
    :host { display: flex; flex-direction: column; min-height: 0; min-width: 0; height: 100%; }
    .head { display: flex; gap: 8px; align-items: center; padding: 4px 8px; flex: none; }
    h2 { font-size: 13px; font-weight: 500; margin: 0; }
    input { flex: 1; }
    ul { list-style: none; margin: 0; padding: 0; flex: 1 1 0; min-height: 0; overflow: hidden auto; border-top: 1px solid var(--rv-line); }
    .finding { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 8px; width: 100%; height: auto; text-align: left; border: 0; border-radius: 0; padding: 5px 8px; line-height: 1.35;
      border-bottom: 1px solid var(--rv-line); font-size: 12px; }
    .finding[aria-pressed='true'] { font-weight: inherit; box-shadow: inset 3px 0 var(--rv-accent); }
    .chance { opacity: 0.62; }
    .chance .bar i { background: var(--rv-line); }
    .name { font-weight: 500; overflow: hidden; text-overflow: ellipsis; }
    .where { color: var(--rv-muted); overflow: hidden; text-overflow: ellipsis; grid-column: 1; }
    .unit { color: var(--rv-ink); }
    .bar { grid-column: 1 / -1; height: 4px; background: var(--rv-hover); margin-top: 3px; }
    .bar i { display: block; height: 100%; background: var(--rv-bar); }
    [aria-pressed='true'] .bar i { background: var(--rv-accent); }
    .right { text-align: right; font-variant-numeric: tabular-nums; }
    dl { display: grid; grid-template-columns: auto 1fr auto 1fr; gap: 1px 8px; margin: 0; padding: 6px 8px 8px 11px; background: var(--rv-chosen); border-bottom: 1px solid var(--rv-line); box-shadow: inset 3px 0 var(--rv-accent);
      font-size: 12px; }
    dt { color: var(--rv-muted); }
    dd { margin: 0; font-variant-numeric: tabular-nums; text-align: right; }
    dd.wide { grid-column: 2 / -1; text-align: left; }
    dd button { height: 20px; padding: 0 5px; margin-right: 4px; }
    p { margin: 0; padding: 8px; color: var(--rv-muted); font-size: 12px; }
    .more { width: 100%; border: 0; }
  `];

  constructor() {
    super();
    this.filter = '';
    this.all = false;
  }

  override render() {
    const { store } = this;
    const [digest, selection] = [store.digest.value, store.selection.value];
    if (!selection) return nothing;
    const fits = nameFilter(this.filter);
    const hypotheses = digest?.hypotheses ?? [];
    const found = this.filter ? hypotheses.filter((h) => fits(`${h.feature} ${h.layer} ${words(h.quantity)} ${h.unit}`)) : hypotheses;
    const strongest = hypotheses.reduce((most, { effect }) => Math.max(most, Math.abs(effect) || 0), 0);
    const listed = this.all ? found : found.slice(0, FIRST);
    return html`
      <div class="head"><h2>Findings</h2><span class="muted number" title=${digest?.tests ? `the strongest of ${count(digest.tests)} tests` : ''}>${hypotheses.length || ''}${digest?.tests ? html` of ${count(digest.tests)} tests` : nothing}</span>
        ${hypotheses.length > 6 ? html`<input type="search" placeholder="Filter" aria-label="Filter findings" .value=${this.filter}
          @input=${(event: Event) => (this.filter = (event.target as HTMLInputElement).value)} />` : nothing}</div>
      <ul class=${store.digests.value.state === 'loading' ? 'old' : ''} aria-label="Findings at ${epochName(selection.step)}">
        ${listed.map((h) => this.finding(h, selection, strongest))}
        ${found.length > listed.length ? html`<li><button class="more" @click=${() => (this.all = true)}>Show all ${found.length}</button></li>` : nothing}
        ${found.length ? nothing : html`<li><p>${this.nothing(hypotheses.length)}</p></li>`}
        ${digest ? remarks(digest).map((remark) => html`<li><p class="remark">${remark}</p></li>`) : nothing}
      </ul>`;
  }

  private nothing(total: number) {
    const { digests, digest } = this.store;
    if (total) return `None of ${total} findings fits “${this.filter}”.`;
    const state = digests.value;
    if (state.state === 'failed') return html`${state.message} <button @click=${state.retry}>Try again</button>`;
    if (state.state === 'loading') return 'Reading the findings…';
    if (!digest.value) return 'No findings were logged for this epoch.';
    return digest.value.features.length ? 'No unit stands out for any feature at this epoch.' : 'No features were given to the callback, so no unit was searched for one.';
  }

  private finding(h: Hypothesis, selection: Selection, strongest: number) {
    const chosen = h.feature === selection.feature && h.layer === selection.layer && h.quantity === selection.quantity && h.unit === selection.unit;
    const share = strongest ? (100 * Math.abs(h.effect || 0)) / strongest : 0;
    const { feature, layer, quantity, unit } = h;
    const stands = !(h.q > SIGNIFICANT);
    return html`<li><button class=${stands ? 'finding' : 'finding chance'} aria-pressed=${chosen} title=${`Show unit ${unit} of ${layer}${stands ? '' : '; not above chance'}`}
        @click=${() => this.store.select({ feature, layer, quantity, unit })}>
        <span class="name">${feature}</span><span class="right" title="effect: difference of the means in standard deviations">${figure(h.effect, true)}</span>
        <span class="where">${layer} ${words(quantity)} <span class="unit number">${unit}</span></span><span class="right muted" title="tokens where the feature matches">${count(h.count)}×</span>
        <span class="bar"><i style=${`width:${share.toFixed(1)}%`}></i></span>
      </button>${chosen ? this.evidence(h) : nothing}</li>`;
  }

  private evidence(h: Hypothesis) {
    const { layer, quantity } = h;
    return html`<dl>
      <dt>effect</dt><dd>${figure(h.effect, true)}</dd><dt>count</dt><dd>${count(h.count)}</dd>
      ${Number.isNaN(h.q) ? nothing : html`<dt title="rate of false discoveries over everything that was tested">q</dt><dd>${chance(h.q)}</dd>
      <dt title="probability that the activity is higher where the feature matches">AUC</dt><dd>${figure(h.auc)}</dd>`}
      <dt>score</dt><dd>${figure(h.score)}</dd><dt>relevance</dt><dd>${figure(h.relevance)}</dd>
      <dt>prominence</dt><dd>${figure(h.prominence)}</dd><dt>difference</dt><dd>${figure(h.difference)}</dd>
      ${h.peak ? html`<dt>peak</dt><dd class="wide">${figure(h.peak.frequency)} cycles per token${h.peak.frequency > 0 ? html`, every ${figure(1 / h.peak.frequency)} tokens` : nothing}</dd>` : nothing}
      ${h.neighbours.length ? html`<dt>beside</dt><dd class="wide">${h.neighbours.map((unit) => html`<button @click=${() => this.store.select({ layer, quantity, unit })}>${unit}</button>`)}</dd>` : nothing}
    </dl>`;
  }
}
customElements.define('rv-findings', Findings);
