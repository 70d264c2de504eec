import { css, html, LitElement, nothing } from 'lit';
import { unsafeHTML } from 'lit/directives/unsafe-html.js';
import type { Client } from '../data/client.ts';
import { requestDoc, requestDocs, type DocPage } from '../data/requests.ts';
import { loadingPanel, statePanel } from '../ui/state-panel.ts';
import { codeStyle, controls } from '../ui/theme.ts';

const HOME = 'tab.md';

/** Dialog with the docs, a page and a table of contents, served by TensorBoard. */
export class DocsDialog extends LitElement {
  static override properties = {
    client: { attribute: false },
    page: { state: true },
    pages: { state: true },
    body: { state: true },
    problem: { state: true },
  };
  declare client: Client;
  declare private page: string;
  declare private pages: readonly DocPage[];
  /** HTML made from our own Markdown by a parser that lets no markup through. */
  declare private body: string;
  declare private problem: string;

  static override styles = [
    controls,
    codeStyle,
    css`
      dialog {
        border: 1px solid var(--rv-line);
        border-radius: 6px;
        background: var(--rv-page);
        color: var(--rv-ink);
        width: min(980px, calc(100vw - 32px));
        height: min(760px, calc(100vh - 32px));
        padding: 0;
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.35);
      }
      .frame {
        display: grid;
        grid-template: auto minmax(0, 1fr) / 200px minmax(0, 1fr);
        height: 100%;
      }
      header {
        grid-column: 1 / -1;
        display: flex;
        justify-content: space-between;
        align-items: center;
        padding: 6px 12px;
        border-bottom: 1px solid var(--rv-line);
      }
      h2 {
        font-size: 15px;
        font-weight: 500;
        margin: 0;
      }
      nav {
        overflow: auto;
        border-right: 1px solid var(--rv-line);
        padding: 8px;
        display: flex;
        flex-direction: column;
        gap: 2px;
      }
      nav button {
        text-align: left;
        border: 0;
        white-space: normal;
        height: auto;
        padding: 3px 6px;
      }
      article {
        overflow: auto;
        padding: 8px 20px 24px;
        line-height: 1.55;
        overflow-wrap: anywhere;
      }
      article :is(h1, h2, h3) {
        font-weight: 500;
        line-height: 1.3;
        margin: 1.2em 0 0.4em;
      }
      article h1 {
        font-size: 20px;
      }
      article h2 {
        font-size: 17px;
      }
      article h3 {
        font-size: 15px;
      }
      article img {
        max-width: 100%;
      }
      article a {
        color: inherit;
        text-decoration-color: var(--rv-accent);
      }
      article code {
        background: var(--rv-panel);
      }
      article pre {
        margin: 1em 0;
      }
      article table {
        border-collapse: collapse;
        display: block;
        overflow-x: auto;
      }
      article :is(td, th) {
        border: 1px solid var(--rv-line);
        padding: 2px 8px;
        text-align: left;
      }
      @media (max-width: 640px) {
        .frame {
          grid-template: auto auto minmax(0, 1fr) / 1fr;
        }
        nav {
          flex-direction: row;
          border-right: 0;
          border-bottom: 1px solid var(--rv-line);
        }
        nav button {
          white-space: nowrap;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.page = this.body = this.problem = '';
    this.pages = [];
  }

  /** Shows a page, `tab.md#text`; `index` is where to begin. */
  open(address: string): void {
    const dialog = this.renderRoot.querySelector('dialog')!;
    if (!dialog.open) dialog.showModal();
    void this.show(address === 'index' ? HOME : address);
  }

  override render() {
    return html`<dialog
      aria-label="Docs"
      @click=${(event: MouseEvent) => event.target === event.currentTarget && this.close()}
    >
      ${
        this.page
          ? html`<div class="frame">
              <header>
                <h2>Docs</h2>
                <button @click=${this.close}>Close</button>
              </header>
              <nav aria-label="Pages">
                ${this.pages.map(
                  ({ path, title }) =>
                    html`<button
                      aria-current=${path === this.page ? 'page' : 'false'}
                      aria-pressed=${path === this.page}
                      @click=${() => this.show(path)}
                    >
                      ${title}
                    </button>`,
                )}
              </nav>
              <article tabindex="0" aria-busy=${!this.body && !this.problem} @click=${this.followed}>
                ${
                  this.problem
                    ? statePanel({ state: 'failed', sentence: this.problem, retry: () => void this.show(this.page) })
                    : this.body
                      ? unsafeHTML(this.body)
                      : loadingPanel('Reading the page…')
                }
              </article>
            </div>`
          : nothing
      }
    </dialog>`;
  }

  private readonly close = (): void => this.renderRoot.querySelector('dialog')?.close();

  private async show(address: string): Promise<void> {
    const [path, section] = address.split('#');
    [this.page, this.problem] = [path, ''];
    const { signal } = new AbortController();
    try {
      const [pages, text, { rendered }] = await Promise.all([
        this.client.get(requestDocs(), signal),
        this.client.get(requestDoc(path), signal),
        import('./markdown.ts'),
      ]);
      if (this.page !== path) return;
      [this.pages, this.body] = [pages, rendered(text, path, new Set(pages.map((page) => page.path)))];
    } catch (error) {
      [this.body, this.problem] = ['', error instanceof Error ? error.message : String(error)];
    }
    await this.updateComplete;
    const article = this.renderRoot.querySelector('article');
    const heading = section ? article?.querySelector(`#${CSS.escape(section)}`) : null;
    if (heading) heading.scrollIntoView();
    else article?.scrollTo({ top: 0 });
  }

  /** Links between pages stay in here. */
  private readonly followed = (event: MouseEvent): void => {
    const link = (event.target as Element).closest('a');
    const page = link?.dataset.page;
    if (page === undefined) return;
    event.preventDefault();
    void this.show(page);
  };
}
customElements.define('rv-reader', DocsDialog);
