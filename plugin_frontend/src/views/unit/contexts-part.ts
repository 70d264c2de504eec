import { css, html, nothing, type TemplateResult } from 'lit';
import { sequenceAt } from '../../data/sequences.ts';
import type { TokenText } from '../../data/types.ts';
import type { Colormap } from '../../state/colormap.ts';
import { printed, visible } from '../../state/visible-characters.ts';
import { findSetting, isGap, type Setting } from '../../ui/draw/tokens.ts';
import { formatNumber, truncate, tokenName } from '../../ui/format.ts';
import { chooseContexts, type Contexts } from './contexts.ts';
import { latest, loaded, Part, partStyle, together } from '../../ui/view-part.ts';
import { emptyPanel } from '../../ui/state-panel.ts';
import { signalPiece } from '../../ui/signal-piece.ts';
import { valueOrStale } from '../../state/store.ts';
import { rowOf } from './finding-row.ts';
import { wordingOf } from '../../state/wording.ts';

const EACH = 5;
/** State of texts while the limits of their colours load. */
const WAITING = { state: 'loading', stale: null } as const;
/** Tokens to both sides; of a text of characters so many characters. */
const [AROUND, AROUND_CHARACTERS, AROUND_STEPS] = [8, 22, 40];

interface Snippets {
  readonly text: TokenText;
  readonly values: Float32Array;
  readonly colors: Colormap;
  readonly around: number;
  readonly setting: Setting;
  readonly hover: number | null;
}

/** Text passages at the unit's highest, lowest and intermediate values. */
export class ContextsPart extends Part {
  static override styles = [
    ...partStyle,
    css`
      .groups {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 260px), 1fr));
        gap: 8px 16px;
      }
      button {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto minmax(0, 1fr);
        width: 100%;
        height: 20px;
        padding: 0;
        border: 1px solid transparent;
        border-radius: 0;
        line-height: 18px;
      }
      button.signal {
        display: block;
        height: auto;
        text-align: left;
      }
      .characters button {
        font-family: var(--rv-monospace);
      }
      button > span {
        overflow: hidden;
        white-space: pre;
        display: flex;
      }
      .before {
        justify-content: flex-end;
      }
      i {
        font-style: normal;
        flex: none;
      }
      i.gap {
        padding-left: 4px;
      }
      .centre i {
        outline: 1.5px solid var(--rv-ink);
        outline-offset: -1.5px;
        padding: 0 2px;
      }
      .hover {
        outline: 1.5px dashed var(--rv-ink);
        outline-offset: -1.5px;
      }
      .hatch {
        background: repeating-linear-gradient(135deg, var(--rv-muted) 0 1.5px, transparent 1.5px 4px);
      }
    `,
  ];

  private readonly choose = latest((values: Float32Array, text: TokenText, seed: number) =>
    chooseContexts(values, text.tokens, { each: EACH, seed }),
  );
  private readonly setting = latest((text: TokenText) => findSetting(text.table));

  override render() {
    const { data } = this.recording;
    const selection = this.store.selection.value;
    if (!selection) return nothing;
    const both = together<[Float32Array, TokenText]>(rowOf(data, selection.quantity), data.text.value);
    const ready = this.store.colors.pending.value && both.state === 'ready' ? WAITING : both;
    return html`<section aria-label="Contexts">
      <h3>${valueOrStale(data.text.value)?.signal ? 'In the signal' : 'In the text'}</h3>
      ${loaded(ready, 'Reading the unit’s activity…', ([values, text]) => this.groups(values, text, data.unit.value))}
    </section>`;
  }

  private groups(values: Float32Array, text: TokenText, unit: number): TemplateResult {
    const groups = this.choose(values, text, unit);
    const setting = this.setting(text);
    const snippets = {
      text,
      values,
      colors: this.recording.data.colors.value,
      around: text.signal ? AROUND_STEPS : setting.characters ? AROUND_CHARACTERS : AROUND,
      setting,
      hover: this.store.hover.value.token,
    };
    if (!groups.length) return emptyPanel('None of its values is a number.');
    return html`${
        groups.length === 1
          ? emptyPanel(
              wordingOf(this.store)(
                `It is ${formatNumber(values[groups[0].tokens[0]], snippets.colors.diverging)} at every token.`,
              ),
            )
          : nothing
      }
      <div class="groups ${setting.characters ? 'characters' : ''}" @pointerleave=${() => this.point(null)}>
        ${groups.map(
          (group) =>
            html`<div class="group">
              <h4>
                ${titleOf(group)}
                <span class="muted number"
                  >${group.value === null ? nothing : formatNumber(group.value, snippets.colors.diverging)}</span
                >
              </h4>
              ${group.tokens.map((token) => this.snippet(token, snippets))}
            </div>`,
        )}
      </div>`;
  }

  /** Piece of a signal around a step, with the time of the step. */
  private signalSnippet(
    token: number,
    range: readonly [number, number],
    value: string,
    { text, values, colors }: Snippets,
  ) {
    return html`<button
      class="signal"
      data-figure
      title=${`${tokenName(text, token)} ${value}`}
      data-token=${token}
      @click=${() => (this.store.option('token').value = String(token))}
      @focus=${() => this.point(token)}
      @blur=${() => this.point(null)}
      @pointerenter=${() => this.point(token)}
    >
      ${signalPiece(text, range, values.subarray(...range), colors, [token, token + 1])}
      <span class="muted number">${tokenName(text, token)}</span>
    </button>`;
  }

  private snippet(token: number, snippets: Snippets): TemplateResult {
    const { text, values, around } = snippets;
    const [sequence, position] = sequenceAt(text.lengths, token);
    const first = Math.max(token - position, token - around);
    const end = Math.min(token - position + (text.lengths[sequence] ?? values.length), token + around + 1);
    const cells = (from: number, to: number) =>
      Array.from({ length: Math.max(0, to - from) }, (_, k) => cell(from + k, token, snippets));
    const value = formatNumber(values[token], snippets.colors.diverging);
    if (text.signal) return this.signalSnippet(token, [first, end], value, snippets);
    return html`<button
      data-figure
      title=${`${tokenName(text, token)} ${value}`}
      data-token=${token}
      @click=${() => (this.store.option('token').value = String(token))}
      @pointermove=${this.moved}
      @focus=${() => this.point(token)}
      @blur=${() => this.point(null)}
    >
      <span class="before">${cells(first, token)}</span><span class="centre">${cells(token, token + 1)}</span
      ><span>${cells(token + 1, end)}</span>
    </button>`;
  }

  private readonly moved = (event: PointerEvent): void => {
    const over = event
      .composedPath()
      .find((target): target is HTMLElement => target instanceof HTMLElement && target.dataset.t !== undefined);
    this.point(over ? Number(over.dataset.t) : null);
  };

  private point(token: number | null): void {
    this.store.hoverOver({ token });
  }
}
customElements.define('rv-unit-contexts', ContextsPart);

function titleOf({ kind, share }: Contexts): string {
  if (kind === 'quantile') return share === 0.5 ? 'median' : `${share} quantile`;
  return kind === 'top' ? 'highest' : kind === 'bottom' ? 'lowest' : 'anywhere, by chance';
}

function cell(token: number, centre: number, { text, values, colors, hover, setting }: Snippets): TemplateResult {
  const word = text.table[text.tokens[token]] ?? '';
  const index = colors.index(values[token]);
  const sign =
    token === centre || (word.trim() !== word && word.trim() === '' && word !== ' ') ? visible(word) : printed(word);
  const gap = token > 0 && isGap(setting, text.tokens[token - 1], text.tokens[token]);
  const mark = `${token === hover ? 'hover' : ''} ${index < 0 ? 'hatch' : ''} ${gap ? 'gap' : ''}`;
  return html`<i
    class=${mark}
    data-t=${token}
    style=${index < 0 ? '' : `background:${colors.css[index]};color:${colors.ink[index]}`}
    >${truncate(sign, 24)}</i
  >`;
}
