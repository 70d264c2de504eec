import { SETTINGS } from '../../state/settings.ts';
import { signal } from '@preact/signals-core';
import { css, html, nothing, type TemplateResult } from 'lit';
import type { Activity, TokenText } from '../../data/types.ts';
import { visible } from '../../state/visible-characters.ts';
import { runningText } from '../../ui/draw/running-text.ts';
import { findSetting, type Setting } from '../../ui/draw/tokens.ts';
import { controls } from '../../ui/theme.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import { formatCount, formatNumber, tokenName, spaced } from '../../ui/format.ts';
import { emptyPanel, loadablePanel, loadingPanel } from '../../ui/state-panel.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import { matchBehaviour, type Behaviour, type On, type Similar } from './behaviour.ts';
import { renderInChunks } from './render-in-chunks.ts';
import type { TokenRange } from './token-ranges.ts';
import { wordingOf } from '../../state/wording.ts';

const AROUND = 20;
const MOST_UNITS = 200;
const THRESHOLD = Number(SETTINGS.onabove.default);
/** Units that can be shown together: as many as there are colours of lines. */
const TOGETHER = 8;

/** Query for units by their behaviour over a range of tokens. */
interface Question {
  readonly activity: Activity;
  readonly tokens: TokenRange;
  readonly threshold: number;
}

/**
 * Units that are on over the chosen token range and off beside it.
 * Other ranges in which they are on together are listed below.
 */
export class BehaviourList extends SignalElement {
  static override properties = { store: { attribute: false }, recording: { attribute: false } };
  declare store: ViewContext;
  declare recording: ComparedRecording;
  private readonly result = signal<{ readonly question: Question; readonly behaviour: Behaviour } | null>(null);
  private readonly done = signal(0);
  private asked: Question | null = null;
  private work = new AbortController();
  private setting: { readonly table: TokenText['table']; readonly setting: Setting } | null = null;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        overflow: hidden auto;
        font-size: 12px;
        height: 100%;
        box-sizing: border-box;
        padding: 6px 8px;
      }
      p {
        margin: 0 0 6px;
      }
      h3 {
        font-size: 12px;
        font-weight: 500;
        margin: 8px 0 2px;
      }
      label {
        display: inline-flex;
        gap: 4px;
        align-items: center;
      }
      input {
        width: 56px;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      li button {
        display: grid;
        grid-template-columns: 58px 32px minmax(0, 1fr);
        gap: 6px;
        white-space: normal;
        width: 100%;
        height: auto;
        text-align: left;
        border: 0;
        border-bottom: 1px solid var(--rv-line);
        border-radius: 0;
        padding: 3px 4px;
        font-variant-numeric: tabular-nums;
      }
      li button[aria-pressed='true'] {
        box-shadow: inset 3px 0 var(--rv-accent);
      }
      .places button {
        grid-template-columns: auto minmax(0, 1fr) auto;
      }
      .snippet {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: pre;
      }
      mark {
        background: var(--rv-chosen);
        color: inherit;
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.work.abort();
    this.asked = null;
  }

  override render() {
    const {
      store,
      recording: { data },
    } = this;
    const selection = store.selection.value;
    if (!selection) return nothing;
    const stretch = selection.tokens;
    if (!stretch)
      return emptyPanel(
        'No stretch of the text is chosen. Drag over some tokens in the text while Shift is held: here you see which ' +
          'units are on over it, and where else they are.',
      );
    const [activity, text] = [data.activity.value, valueOrStale(data.text.value)];
    const value = valueOrStale(activity);
    if (!value || activity.state === 'failed') return loadablePanel(activity, 'Reading the activity of every unit…');
    if (stretch[1] > value.matrix.columns) return emptyPanel('The stretch lies behind the end of this text.');
    const threshold = this.threshold;
    const result = this.result.value;
    const current = result && same(result.question, { activity: value, tokens: stretch, threshold });
    return html`<p>
        ${text ? html`<mark>${this.words(text, ...stretch, 60)}</mark> ` : nothing}<span class="muted"
          >${formatCount(stretch[1] - stretch[0])}
          ${wordingOf(this.store)(stretch[1] - stretch[0] === 1 ? 'token' : 'tokens')}, ${selection.layer}
          ${spaced(selection.quantity)}</span
        >
      </p>
      <label
        >at least
        <input
          type="number"
          min="0.5"
          max="10"
          step="0.5"
          aria-label="Threshold in robust standard deviations"
          .value=${String(threshold)}
          @change=${this.turned}
        />
        robust sd from its median</label
      >
      ${
        result
          ? html`<div class=${current && activity.state === 'ready' ? '' : 'old'}>
              ${this.units(result.behaviour, value)}${text ? this.places(result.behaviour, text) : nothing}
            </div>`
          : loadingPanel(
              `Looking through ${formatCount(value.matrix.rows)} units: ${Math.round(100 * this.done.value)} %`,
              'line',
              this.done.value,
            )
      }`;
  }

  protected override updated(): void {
    const {
      store,
      recording: { data },
    } = this;
    const tokens = store.selection.peek()?.tokens;
    const activity = valueOrStale(data.activity.peek());
    if (!tokens || !activity || tokens[1] > activity.matrix.columns) return;
    const question = { activity, tokens, threshold: this.threshold };
    if (this.asked && same(this.asked, question)) return;
    this.asked = question;
    void this.answer(question);
  }

  private async answer(question: Question): Promise<void> {
    const {
      activity: { matrix, lengths },
      tokens,
      threshold,
    } = question;
    this.work.abort();
    this.work = new AbortController();
    const behaviour = await renderInChunks(
      matchBehaviour(matrix, lengths, tokens, threshold),
      this.work.signal,
      (done) => (this.done.value = done),
    );
    if (behaviour) this.result.value = { question, behaviour };
  }

  private get threshold(): number {
    const asked = Number(this.store.option('onabove').value);
    return asked > 0 ? asked : THRESHOLD;
  }

  private readonly turned = (event: Event): void => {
    const asked = Number((event.target as HTMLInputElement).value);
    this.store.option('onabove').value = String(asked > 0 ? asked : THRESHOLD);
  };

  private units({ units, expected }: Behaviour, { matrix }: Activity): TemplateResult {
    const selectedUnit = this.recording.data.unit.value;
    return html`<h3>Units on over the selection</h3>
      <p class="muted number">
        ${formatCount(units.length)} of ${formatCount(matrix.rows)} are on throughout and off on both sides; over
        another stretch as long, ${formatNumber(expected)} in the mean.
        ${
          units.length > 1
            ? html`<button @click=${() => this.together(units)}>
                Show ${Math.min(TOGETHER, units.length)} together
              </button>`
            : nothing
        }
      </p>
      <ul aria-label="Units on over the selection">
        ${units.slice(0, MOST_UNITS).map((on) => this.unit(on, selectedUnit))}
      </ul>`;
  }

  private unit({ unit, sign, within, beside }: On, selectedUnit: number): TemplateResult {
    return html`<li>
      <button
        aria-pressed=${unit === selectedUnit}
        @click=${() => this.store.select({ unit: this.unitOfA(unit) })}
        @pointerenter=${() => this.store.hoverOver({ unit: this.unitOfA(unit) })}
        @pointerleave=${() => this.store.hoverOver({ unit: null })}
      >
        <span>unit ${unit}</span><span class="muted">${sign > 0 ? 'high' : 'low'}</span
        ><span>≥ ${formatNumber(within)} sd, <span class="muted">beside ≤ ${formatNumber(beside)}</span></span>
      </button>
    </li>`;
  }

  /** The selection speaks of A; a unit that matches none there goes by its number. */
  private unitOfA(unit: number): number {
    return this.recording.data.unitMapping.value.toA(unit) ?? unit;
  }

  private together(units: readonly On[]): void {
    const [first, ...rest] = units.slice(0, TOGETHER).map(({ unit }) => this.unitOfA(unit));
    this.store.select({ unit: first, units: rest });
  }

  private places({ similar, sought }: Behaviour, text: TokenText): TemplateResult | typeof nothing {
    if (!sought) return nothing;
    return html`<h3>Similar stretches</h3>
      <p class="muted">
        ${
          similar.length
            ? `Where ${sought === 1 ? 'it is on' : `most of the ${sought} clearest are on together`}`
            : 'There are none.'
        }
      </p>
      <ul class="places" aria-label="Similar passages">
        ${similar.map((one) => this.passage(one, text, sought))}
      </ul>`;
  }

  private passage({ tokens: [first, end], together }: Similar, text: TokenText, sought: number): TemplateResult {
    const { store } = this;
    return html`<li>
      <button
        title="Show ${tokenName(text, first)}"
        @click=${() => (store.option('token').value = String(first))}
        @pointerenter=${() => store.hoverOver({ token: first })}
        @pointerleave=${() => store.hoverOver({ token: null })}
      >
        <span class="muted number">${first}</span
        ><span class="snippet"
          >${this.words(
            text,
            Math.max(0, first - AROUND),
            first,
            AROUND,
            true,
          )}<mark>${this.words(text, first, end, 40)}</mark>${this.words(
            text,
            end,
            Math.min(text.tokens.length, end + AROUND),
            AROUND,
          )}</span
        >
        <span class="muted number" title=${wordingOf(this.store)('So many of the units are on at every token')}
          >${together} of ${sought}</span
        >
      </button>
    </li>`;
  }

  /**
   * Tokens as they stand in the text, shortened to `most` characters.
   * Blanks are made visible if there is nothing else.
   */
  private words(text: TokenText, first: number, end: number, most: number, fromBehind = false): string {
    if (this.setting?.table !== text.table) this.setting = { table: text.table, setting: findSetting(text.table) };
    const running = runningText(text, this.setting.setting, first, Math.min(end, first + 4 * most)).text;
    const characters = [...(running.trim() ? visible(running).replaceAll('␣', ' ') : running && visible(running))];
    if (characters.length <= most) return characters.join('');
    return fromBehind ? `…${characters.slice(-most).join('')}` : `${characters.slice(0, most).join('')}…`;
  }
}
customElements.define('rv-behaviour', BehaviourList);

const same = (a: Question, b: Question) =>
  a.activity === b.activity &&
  a.threshold === b.threshold &&
  a.tokens[0] === b.tokens[0] &&
  a.tokens[1] === b.tokens[1];
