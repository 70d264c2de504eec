import { css, html, nothing } from 'lit';
import type { Notice } from '../../data/types.ts';
import { requestWarmup } from '../../data/requests.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import { wordingOf } from '../../state/wording.ts';
import { controls } from '../../ui/theme.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import { formatCount, truncate } from '../../ui/format.ts';
import { failedPanel, loadingPanel } from '../../ui/state-panel.ts';

/** A field that takes a feature, and says under it what came of it. */
export class FeatureQueryField extends SignalElement {
  static override properties = { store: { attribute: false }, recording: { attribute: false } };
  declare store: ViewContext;
  /** In which recording. */
  declare recording: ComparedRecording;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        flex: none;
        padding: 4px 8px;
        font-size: 12px;
      }
      input {
        width: 100%;
        display: block;
      }
      .says {
        display: flex;
        gap: 8px;
        align-items: start;
        padding-top: 4px;
        min-height: 20px;
      }
      .says > :is(span, rv-state-panel) {
        flex: 1 1 0;
        min-width: 0;
        overflow-wrap: anywhere;
      }
      .failed rv-state-panel {
        color: var(--rv-error);
      }
      .damaged {
        color: var(--rv-muted);
        overflow-wrap: anywhere;
      }
      .damaged summary {
        cursor: pointer;
      }
      .damaged ul {
        margin: 2px 0;
        padding-left: 20px;
      }
      .says button {
        height: 20px;
        flex: none;
      }
    `,
  ];

  override render() {
    return html`<input
        type="search"
        autocomplete="off"
        spellcheck="false"
        placeholder="look for… text, /regex/, kind: …"
        aria-label="Look for a feature"
        aria-describedby="says"
        title="Text, a /regular expression/, or YAML such as {kind: digit}. Enter looks, Esc clears"
        .value=${this.store.featureQuery.value}
        @focus=${this.prepare}
        @keydown=${this.keyed}
        @input=${this.emptied}
      />
      <div id="says" aria-live="polite">${this.status()}</div>`;
  }

  private status() {
    const {
      store: { featureQuery },
      recording: {
        data: {
          queryResult: { value: answer },
        },
      },
    } = this;
    if (!featureQuery.value) return nothing;
    const clear = html`<button title="Clear the search (Esc)" @click=${this.clear}>Clear</button>`;
    if (answer.state === 'failed')
      return html`<div class="says failed">${failedPanel(answer, 'line', '⚠ ')}${clear}</div>`;
    const result = valueOrStale(answer);
    if (answer.state !== 'ready' || !result)
      return html`<div class="says">${loadingPanel(`Looking for ${truncate(featureQuery.value)}…`)}${clear}</div>`;
    const { name, kind, count: n, note, tests, tagger, notices } = result;
    const tagged = tagger ? `, parts of speech by ${tagger}` : '';
    const noun = wordingOf(this.store)(n === 1 ? 'token' : 'tokens');
    const counts = `${formatCount(n)} ${noun}, ${formatCount(tests)} tests${tagged}`;
    const summary = n && note ? `${counts}; ${note}` : (note ?? counts);
    return html`<div class="says muted number"><span title=${kind}>${truncate(name)}: ${summary}</span>${clear}</div>
      ${notices.length ? damaged(notices) : nothing}`;
  }

  /** While somebody types, the server makes ready. */
  private readonly prepare = (): void => {
    const ref = this.recording.data.ref.peek();
    if (ref) void this.store.client.get(requestWarmup(ref), new AbortController().signal).catch(() => undefined);
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const input = event.target as HTMLInputElement;
    if (event.key === 'Enter' && !event.isComposing) this.ask(input.value);
    if (event.key !== 'Escape') return;
    event.preventDefault();
    input.value = '';
    this.clear();
  };

  private ask(typed: string): void {
    const { featureQuery } = this.store;
    const before = this.recording.data.queryResult.peek();
    if (featureQuery.peek() === typed && before.state === 'failed') before.retry();
    featureQuery.value = typed;
  }

  /** The cross that some browsers draw into the field. */
  private readonly emptied = (event: Event): void => {
    if (!(event.target as HTMLInputElement).value) this.clear();
  };

  private readonly clear = (): void => {
    this.store.featureQuery.value = '';
    const input = this.renderRoot.querySelector('input');
    if (input) input.value = '';
  };
}
customElements.define('rv-look', FeatureQueryField);

/** List of the quantities that were left out of the test. */
const damaged = (notices: readonly Notice[]) =>
  html`<details class="damaged">
    <summary>⚠ ${notices.length === 1 ? '1 quantity' : `${formatCount(notices.length)} quantities`} not tested</summary>
    <ul>
      ${notices.map(({ text }) => html`<li>${text}</li>`)}
    </ul>
  </details>`;
