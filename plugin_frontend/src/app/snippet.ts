import { css, html, nothing } from 'lit';
import { requestLogs } from '../data/requests.ts';
import { snippetOf } from '../ui/export/snippet.ts';
import type { Store } from '../state/store.ts';
import { Disclosure } from '../ui/disclosure.ts';
import { codeStyle } from '../ui/theme.ts';

/** The lines of Python that load what is shown. */
export class Snippet extends Disclosure {
  static override properties = { store: { attribute: false }, lines: { state: true }, copied: { state: true } };
  declare store: Store;
  declare private lines: string;
  declare private copied: boolean;

  static override styles = [
    ...Disclosure.styles,
    codeStyle,
    css`
      ul {
        max-width: min(640px, calc(100vw - 40px));
      }
    `,
  ];

  constructor() {
    super();
    this.lines = '';
    this.copied = false;
  }

  override render() {
    return html`<div @toggle=${{ handleEvent: this.toggled, capture: true }}>
      ${this.list('Python', 'Load this recording in a notebook', 'Python', [
        html`<li><pre tabindex="0">${this.lines}</pre></li>`,
        html`<li>
          <button @click=${this.copy}>Copy</button> ${this.copied ? html`<span role="status">copied</span>` : nothing}
        </li>`,
      ])}
    </div>`;
  }

  private readonly toggled = async (): Promise<void> => {
    const { store } = this;
    const selection = store.selection.peek();
    this.copied = false;
    if (!selection) return;
    const logs = await store.client.get(requestLogs(), new AbortController().signal).catch(() => null);
    this.lines = snippetOf(store.comparedRecordings.peek(), selection, logs);
  };

  private readonly copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(this.lines);
    } catch {
      const pre = this.renderRoot.querySelector('pre')!;
      window.getSelection()?.selectAllChildren(pre);
      document.execCommand('copy');
    }
    this.copied = true;
  };
}
customElements.define('rv-snippet', Snippet);
