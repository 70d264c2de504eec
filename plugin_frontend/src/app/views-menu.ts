import { effect } from '@preact/signals-core';
import { css, html, type TemplateResult } from 'lit';
import { closeView, openView, slotOf, readLayout, DEFAULT_LAYOUT } from './layout.ts';
import { SETTINGS } from '../state/settings.ts';
import type { Store } from '../state/store.ts';
import { keysOf, layoutName, offeredGroups, type ShownProbe, type ViewInfo } from './views.ts';
import { layoutOf, setLayout, shownProbe } from './layout-editor.ts';
import { Disclosure } from '../ui/disclosure.ts';

/** Menu of all views. Each can be opened, brought to the front, and closed. */
export class ViewsMenu extends Disclosure {
  static override properties = { store: { attribute: false }, word: { state: true }, shown: { state: true } };
  declare store: Store;
  declare private word: string;
  declare private shown: ShownProbe | null;
  private stop: (() => void) | null = null;

  static override styles = [
    ...Disclosure.styles,
    css`
      ul {
        gap: 2px;
      }
      details > ul {
        max-height: min(560px, calc(100vh - 120px));
      }
      ul ul {
        position: static;
        border: 0;
        padding: 0;
        max-width: none;
        max-height: none;
      }
      .view {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      h2 {
        font-size: 12px;
        font-weight: 500;
        color: var(--rv-muted);
        margin: 4px 0 0;
      }
      li button {
        border-color: transparent;
        flex: 1;
        text-align: left;
      }
      input {
        height: auto;
        margin: 0;
      }
      kbd {
        margin-left: 16px;
        color: var(--rv-muted);
        font: inherit;
      }
    `,
  ];

  override connectedCallback(): void {
    super.connectedCallback();
    this.stop = effect(() => {
      this.word = this.store.option('views').value;
      this.shown = shownProbe(this.store);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop?.();
  }

  override render() {
    const arrangement = readLayout(this.word);
    return this.list('views', 'Open, show and close views', 'Views', [
      ...offeredGroups(this.shown)
        .filter(({ views }) => views.length)
        .map(
          ({ title, views }) =>
            html`<li>
              <h2>${title}</h2>
              <ul aria-label=${title}>
                ${views.map((info) => this.item(info, slotOf(arrangement, layoutName(info.name)) !== null))}
              </ul>
            </li>`,
        ),
      html`<li><button @click=${this.reset}>As it was at first</button></li>`,
    ]);
  }

  private item(info: ViewInfo, open: boolean): TemplateResult {
    const { name, title } = info;
    return html`<li class="view">
      <input type="checkbox" aria-label="${title} is open" .checked=${open} @change=${() => this.turn(name, !open)} />
      <button @click=${() => this.turn(name, true)}>${title}</button><kbd>${keysOf(info)}</kbd>
    </li>`;
  }

  private turn(name: string, open: boolean): void {
    const now = layoutOf(this.store);
    setLayout(this.store, open ? openView(now, layoutName(name)) : closeView(now, layoutName(name)));
    if (open) this.close();
  }

  private readonly reset = (): void => {
    setLayout(this.store, readLayout(DEFAULT_LAYOUT));
    this.store.option('split').value = SETTINGS.split.default;
    this.store.persistedSettings.word('split').value = '';
    this.store.option('enlarged').value = '';
    this.close();
  };
}
customElements.define('rv-views-menu', ViewsMenu);
