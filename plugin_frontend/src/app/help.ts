import { css, html, LitElement } from 'lit';
import { axisWords, type AxisWords } from '../state/axis.ts';
import { controls } from '../ui/theme.ts';
import { keysOf, VIEWS } from './views.ts';

type Pairs = readonly (readonly [string, string])[];

const KEYS: Pairs = [
  ['← →', '{step} before, next {step}'],
  ['↑ ↓', 'unit before, next unit'],
  ['space', 'play and pause the {steps}'],
  ['p n', 'match of the feature before, next match'],
  ['1 … 9', 'show one of the first nine views'],
  ['g, then a letter', 'show any view, by its letter'],
  ['e', 'enlarge the view that has the focus, and back'],
  ['m', 'what is compared: side by side, overlaid, as a difference'],
  ['click a token', 'keep its card open'],
  ['Esc', 'let go: the token, the stretch of text, the enlarged view; in “look for…”, look for nothing any more'],
  ['?', 'this sheet'],
];

const WORDS: Pairs = [
  ['probe', 'the text that the model reads at every recording'],
  ['quantity', 'one kind of activity of a layer: hidden state, cell state, a gate'],
  ['feature', 'something a token is or is in: a space, a verb, inside quotes'],
  ['effect', 'difference of a unit’s means with and without the feature, in standard deviations'],
  ['is used for', 'what the model loses on the feature’s tokens, against the rest, when the unit is held still'],
  ['relevance', 'how strongly a unit’s activity goes with a feature'],
  ['spectrum', 'amplitude of a unit’s activity by frequency, in cycles per token'],
  ['finding', 'a unit that was found, not chosen, with its evidence'],
];

/** Keys and words. */
export class Help extends LitElement {
  static override properties = { axis: { attribute: false } };
  declare axis: AxisWords;

  static override styles = [
    controls,
    css`
      dialog {
        border: 1px solid var(--rv-line);
        border-radius: 6px;
        background: var(--rv-page);
        color: var(--rv-ink);
        max-width: min(560px, calc(100vw - 40px));
        padding: 16px 20px;
      }
      dialog::backdrop {
        background: rgba(0, 0, 0, 0.35);
      }
      h2 {
        font-size: 15px;
        font-weight: 500;
        margin: 0 0 8px;
      }
      dl + h2 {
        margin-top: 16px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 4px 16px;
        margin: 0;
      }
      dt {
        font-weight: 500;
      }
      dd {
        margin: 0;
        color: var(--rv-muted);
      }
      form {
        margin-top: 16px;
        text-align: right;
      }
    `,
  ];

  constructor() {
    super();
    this.axis = axisWords('epoch');
  }

  toggle(): void {
    const dialog = this.renderRoot.querySelector('dialog')!;
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  override render() {
    const list = (pairs: Pairs) =>
      html`<dl>
        ${pairs.map(
          ([term, meaning]) =>
            html`<dt>${term}</dt>
              <dd>${meaning}</dd>`,
        )}
      </dl>`;
    const { one, many } = this.axis;
    const keys = KEYS.map(
      ([key, meaning]) => [key, meaning.replaceAll('{step}', one).replaceAll('{steps}', many)] as const,
    );
    return html`<dialog
      aria-label="Help"
      @click=${(event: MouseEvent) => event.target === event.currentTarget && this.toggle()}
    >
      <h2>Keys</h2>
      ${list(keys)}
      <h2>Views</h2>
      ${list(VIEWS.map((info) => [keysOf(info), info.title]))}
      <h2>Words</h2>
      ${list(WORDS)}
      <form method="dialog"><button>Close</button></form>
    </dialog>`;
  }
}
customElements.define('rv-help', Help);
