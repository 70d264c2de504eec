import { css, html, nothing } from 'lit';
import { csvOf, npyOf } from '../ui/export/table.ts';
import { save } from '../ui/export/save.ts';
import type { Store } from '../state/store.ts';
import { SLOTS, type ViewInfo } from './views.ts';
import { Disclosure } from '../ui/disclosure.ts';
import type { PanelWish } from './panel.ts';
import type { FigureKind, FigureOptions } from '../ui/export/figure.ts';
import type { View } from '../ui/view.ts';
import { figureCaption } from './figure-caption.ts';

const WHERE: Readonly<Record<(typeof SLOTS)[number], string>> = {
  left: 'at the left',
  top: 'at the top',
  bottom: 'below',
  corner: 'in the corner',
};

/** Pixels of an exported picture per pixel of the page. */
const PICTURE_SCALE = 3;

/** Script of the figures, which is loaded when a menu is opened. */
const figures = () => import('../ui/export/figure.ts');

/** Menu of the view in front of a panel: docs, export, move. Fires `rv-ask`. */
export class PanelMenu extends Disclosure {
  static override properties = {
    store: { attribute: false },
    info: { attribute: false },
    copies: { attribute: false },
    enlarged: { type: Boolean },
    fixed: { type: Boolean },
    problem: { state: true },
    kinds: { state: true },
  };
  declare store: Store;
  declare info: ViewInfo;
  /** The copies of the view. */
  declare copies: () => View[];
  declare enlarged: boolean;
  declare fixed: boolean;
  declare private problem: string;
  /** Kinds of the figures of the copies, when the menu was opened. */
  declare private kinds: readonly (FigureKind | null)[];

  static override styles = [
    ...Disclosure.styles,
    css`
      :host {
        display: flex;
        position: relative;
      }
      .icon {
        border: 0;
        width: 26px;
        padding: 0;
        height: 26px;
        color: var(--rv-muted);
      }
      .i {
        display: inline-block;
        width: 14px;
        height: 14px;
        line-height: 13px;
        border: 1px solid;
        border-radius: 8px;
        font-size: 10px;
        font-style: italic;
      }
      ul {
        gap: 2px;
        padding: 6px;
        min-width: 190px;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
        align-items: center;
      }
      li > button {
        flex: 1;
        text-align: left;
        border-color: transparent;
      }
      li > span {
        padding: 2px 6px;
      }
      hr {
        border: 0;
        border-top: 1px solid var(--rv-line);
        width: 100%;
        margin: 2px 0;
      }
    `,
  ];

  constructor() {
    super();
    this.problem = '';
    this.kinds = [];
    this.enlarged = this.fixed = false;
  }

  override render() {
    const { title } = this.info;
    return html` <button class="icon" title="How to read it" aria-label="How to read ${title}" @click=${this.explain}>
        <span class="i" aria-hidden="true">i</span>
      </button>
      ${
        this.fixed
          ? nothing
          : html`<button
              class="icon"
              aria-pressed=${this.enlarged}
              title="${this.enlarged ? 'Back to its place' : 'Enlarge'} (e)"
              aria-label="Enlarge ${title}"
              @click=${() => this.ask('enlarge')}
            >
              ⤢
            </button>`
      }
      ${this.list('⋯', `Export and arrange ${title}`, `Menu of ${title}`, [
        ...this.figures(),
        html`<li><button @click=${() => this.numbers('csv')}>Numbers (CSV)</button></li>`,
        html`<li><button @click=${() => this.numbers('npy')}>Numbers (NPY)</button></li>`,
        ...(this.problem ? [html`<li role="alert"><span>${this.problem}</span></li>`] : []),
        ...(this.fixed
          ? []
          : [
              html`<li><hr /></li>`,
              ...SLOTS.map(
                (slot) => html`<li><button @click=${() => this.ask(slot)}>Move: ${WHERE[slot]}</button></li>`,
              ),
              html`<li>
                <button @click=${() => this.ask('before')}>← Tab to the left</button
                ><button @click=${() => this.ask('after')}>Tab to the right →</button>
              </li>`,
              html`<li><hr /></li>`,
              html`<li><button @click=${() => this.ask('close')}>Close ${title}</button></li>`,
            ]),
      ])}`;
  }

  private get name(): string {
    const { run, step } = this.store.selection.peek() ?? { run: '', step: 0 };
    return `${this.info.name}-${run.replace(/[^\w.-]+/g, '_')}-${step}`;
  }

  private readonly explain = (): void => {
    const read = this.store.persistedSettings.explained(this.info.name);
    read.value = !read.value;
  };

  /** Formats of the figure: none of a list or table, a drawing of vector charts. */
  private figures() {
    const { kinds } = this;
    const item = (kind: 'png' | 'svg', label: string) =>
      html`<li><button @click=${() => this.picture(kind)}>${label}</button></li>`;
    return [
      ...(kinds.length && !kinds.some(Boolean) ? [] : [item('png', 'Picture (PNG)')]),
      ...(kinds.includes('vector') ? [item('svg', 'Drawing (SVG)')] : []),
    ];
  }

  private async picture(kind: 'png' | 'svg'): Promise<void> {
    await this.attempt(async () => {
      const [{ figureOf }, { pngOf }] = await Promise.all([figures(), import('../ui/export/png.ts')]);
      const drawn = this.copies().flatMap((view) => figureOf(view, this.figureOptions(view)) ?? []);
      if (!drawn.length) throw new Error('There is nothing drawn yet.');
      for (const [i, figure] of drawn.entries()) {
        const file =
          kind === 'png'
            ? await pngOf(figure, PICTURE_SCALE)
            : new Blob([new XMLSerializer().serializeToString(figure)], { type: 'image/svg+xml' });
        save(`${this.name}${suffix(i)}.${kind}`, file);
      }
    });
  }

  private figureOptions(view: View): FigureOptions {
    const look = getComputedStyle(this);
    const color = (name: string, usual: string) => look.getPropertyValue(name).trim() || usual;
    return {
      ratio: PICTURE_SCALE,
      caption: figureCaption(this.info, view.recordings, this.store.selection.peek()),
      style: { page: color('--rv-page', '#fff'), muted: color('--rv-muted', '#616161'), font: look.fontFamily },
    };
  }

  protected override async opened(): Promise<void> {
    const { figureKind } = await figures();
    this.kinds = this.copies().map(figureKind);
  }

  private async numbers(kind: 'csv' | 'npy'): Promise<void> {
    await this.attempt(async () => {
      if (!this.copies().length) throw new Error('There are no numbers here yet.');
      for (const [i, view] of this.copies().entries()) {
        const numbers = view.exportTable();
        if (!numbers) throw new Error('There are no numbers here yet.');
        const blob = kind === 'csv' ? new Blob([csvOf(numbers)], { type: 'text/csv' }) : new Blob([npyOf(numbers)]);
        save(`${this.name}${suffix(i)}.${kind}`, blob);
      }
    });
  }

  private async attempt(act: () => Promise<void>): Promise<void> {
    try {
      await act();
      this.problem = '';
      this.close();
    } catch (error) {
      this.problem = error instanceof Error ? error.message : String(error);
    }
  }

  private ask(wish: PanelWish['do']): void {
    this.close();
    this.dispatchEvent(new CustomEvent('rv-ask', { detail: wish }));
  }
}
customElements.define('rv-panel-menu', PanelMenu);

const suffix = (i: number) => (i ? `-${String.fromCharCode(65 + i)}` : '');
