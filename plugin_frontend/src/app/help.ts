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
  ['Esc', 'release the token, the selected text or the enlarged view; in “look for…”, clear the search'],
  ['?', 'this sheet'],
];

const WORDS: Pairs = [
  ['probe', 'the text that the model reads at every recording'],
  ['quantity', 'one kind of activity of a layer: hidden state, cell state, a gate'],
  ['feature', 'something a token is or is in: a space, a verb, inside quotes'],
  ['effect', 'effect size: difference of a unit’s means with and without the feature, in standard deviations'],
  [
    'ablation effect',
    'what the model loses on the feature’s tokens, against the rest, when the unit is clamped to its mean',
  ],
  ['association', 'how strongly a unit’s activity goes with a feature; it does not show that the model uses the unit'],
  ['relevance', 'score of a unit for a feature, divided by the best score of its layer and quantity'],
  ['spectrum', 'amplitude of a unit’s activity by frequency, in cycles per token'],
  ['finding', 'a unit that the analysis suggests for a feature, with its evidence'],
  ['q', 'false discovery rate: the expected share of chance results among findings with a q this small'],
  ['spectral peak', 'the strongest frequency of a unit, tested against red noise; its inverse is the period in tokens'],
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
    const { singular, plural } = this.axis;
    const keys = KEYS.map(
      ([key, meaning]) => [key, meaning.replaceAll('{step}', singular).replaceAll('{steps}', plural)] as const,
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
