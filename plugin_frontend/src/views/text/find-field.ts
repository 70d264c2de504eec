import { css, html, nothing } from 'lit';
import { controls } from '../../ui/theme.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import { formatCount } from '../../ui/format.ts';
import type { Searcher } from './searcher.ts';

/**
 * Search field for text or a regular expression.
 * Fires `rv-find` with the query and `rv-walk` with 1 or -1.
 */
export class FindField extends SignalElement {
  static override properties = { typed: {}, searcher: { attribute: false } };
  declare typed: string;
  declare searcher: Searcher;

  static override styles = [
    controls,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        min-width: 0;
      }
      input {
        width: 130px;
      }
      .failed {
        color: var(--rv-error);
        overflow-wrap: anywhere;
      }
    `,
  ];

  constructor() {
    super();
    this.typed = '';
  }

  override render() {
    return html`<input
        type="search"
        autocomplete="off"
        spellcheck="false"
        placeholder="find text, /regex/"
        aria-label="Find in the text"
        aria-describedby="says"
        title="Text, or a /regular expression/. Enter goes to the next place, Shift+Enter to the one before, Esc clears"
        .value=${this.typed}
        @input=${this.changed}
        @keydown=${this.keyed}
      />
      <span id="says" role="status">${this.status()}</span>`;
  }

  private status() {
    const results = this.searcher.results.value;
    if (results.state === 'nothing') return nothing;
    if (results.state === 'searching') return html`<span class="muted">searching…</span>`;
    if (results.state === 'failed') return html`<span class="failed">⚠ ${results.why}</span>`;
    const {
      hits: {
        first: { length },
        more,
      },
    } = results;
    const hit = this.searcher.hit.value;
    const total = `${formatCount(length)}${more ? '+' : ''}`;
    if (!length) return html`<span class="muted">not found</span>`;
    return html`<span class="number">${hit < 0 ? total : `${formatCount(hit + 1)} of ${total}`}</span>
      <button title="Place before (Shift+Enter)" aria-label="Place before" @click=${() => this.walk(-1)}>‹</button>
      <button title="Next place (Enter)" aria-label="Next place" @click=${() => this.walk(1)}>›</button>`;
  }

  private readonly changed = (event: Event): void => this.say((event.target as HTMLInputElement).value);

  private readonly keyed = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && !event.isComposing) {
      event.preventDefault();
      this.walk(event.shiftKey ? -1 : 1);
    }
    if (event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    this.say('');
  };

  private say(typed: string): void {
    this.dispatchEvent(new CustomEvent('rv-find', { detail: typed }));
  }

  private walk(direction: 1 | -1): void {
    this.dispatchEvent(new CustomEvent('rv-walk', { detail: direction }));
  }
}
customElements.define('rv-find', FindField);
