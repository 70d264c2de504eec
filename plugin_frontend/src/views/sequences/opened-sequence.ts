import { css, html, nothing, type TemplateResult } from 'lit';
import { signal } from '@preact/signals-core';
import type { SequenceSteps } from '../../data/sequence-decisions.ts';
import type { TokenText } from '../../data/types.ts';
import { startOf } from '../../state/named-matrices.ts';
import { valueOrStale } from '../../state/store.ts';
import { findSetting, isGap } from '../../ui/draw/tokens.ts';
import { formatNumber, pluralize, spaced, truncate } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { latest, loaded, Part, partStyle } from '../../ui/view-part.ts';
import { printed } from '../../state/visible-characters.ts';
import { classDot, ClassColors } from './class-colors.ts';
import { predictions, sequenceEvents, type SequenceEvent } from './sequence-events.ts';
import { wordsOf } from './sequence-words.ts';
import { signalLines } from './signal-lines.ts';
import './steps-chart.ts';

/** Steps of a text that are rendered as words at most. */
const MOST_WORDS = 600;

/** One sequence: words, probabilities, and steps of the state. */
export class OpenedSequence extends Part {
  static override properties = { ...Part.properties, sequence: { attribute: false } };
  declare sequence: number;
  /** Step whose units are listed; null for the longest one. */
  private readonly chosen = signal<number | null>(null);
  private readonly settingOf = latest((table: readonly string[]) => findSetting(table));
  private readonly linesOf = latest(signalLines);

  static override styles = [
    partStyle,
    classDot,
    css`
      section {
        border: 0;
      }
      .text {
        line-height: 1.7;
        overflow-wrap: anywhere;
        margin: 4px 0 8px;
        max-height: 9em;
        overflow: auto;
      }
      .text span.word {
        padding: 1px 2px;
        border-radius: 2px;
        white-space: pre-wrap;
        cursor: pointer;
      }
      .text .jump {
        text-decoration: underline 2px var(--rv-ink);
        text-underline-offset: 3px;
      }
      .text .turn {
        box-shadow: inset 2px 0 0 var(--rv-ink);
        padding-left: 4px;
      }
      .text .over {
        outline: 1.5px solid var(--rv-ink);
      }
      .sliders {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        align-items: center;
      }
      .sliders label {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .sliders input {
        width: 90px;
        padding: 0;
      }
      .units {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 8px;
        align-items: center;
        margin-top: 4px;
      }
      .units button {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .units u {
        text-decoration: none;
        height: 8px;
        background: var(--rv-bar);
        display: inline-block;
      }
    `,
  ];

  override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('sequence')) this.chosen.value = null;
  }

  override render(): TemplateResult {
    const selection = this.store.selection.value;
    if (!selection) return html``;
    const { layer, quantity } = selection;
    const loadable = this.recording.data.sequenceSteps(layer, quantity, this.sequence).value;
    return html`<section aria-label="Sequence ${this.sequence}">
      ${loaded(loadable, 'Reading the sequence…', (steps) => this.picture(steps))}
    </section>`;
  }

  private picture(steps: SequenceSteps): TemplateResult {
    const { store } = this;
    const { layer = '', quantity = '' } = store.selection.value ?? {};
    const text = valueOrStale(this.recording.data.text.value);
    const colors = new ClassColors(steps.classes, store.dark.value);
    const limits = {
      jump: shareOf(store.option('sequencejump').value, 0.4),
      change: shareOf(store.option('sequencechange').value, 0.3),
    };
    const events = sequenceEvents(steps, limits);
    const first = text ? startOf(text, this.sequence) : 0;
    const token = store.hover.value.token;
    const over = token !== null && token >= first && token < first + steps.probability.length ? token - first : null;
    const longest = steps.distance.reduce((best, value, k) => (value > (steps.distance[best] ?? -1) ? k : best), 0);
    const chosen = this.chosen.value ?? longest;
    const words = text && !text.signal ? wordsOf(text, first, steps.probability.length) : null;
    const point = (step: number | null) => store.hoverOver({ token: step === null ? null : first + step });
    const lines = text && this.linesOf(text);
    const model = { steps, words, lines, first, events, colors, jump: limits.jump, dark: store.dark.value };
    return html`<div data-figure>
        ${words && text ? this.text(words, steps, events, colors, text, first, over) : nothing}
        <rv-steps-chart
          .model=${model}
          .over=${over}
          .chosen=${chosen}
          @rv-over=${(event: CustomEvent<number | null>) => point(event.detail)}
          @rv-choose=${(event: CustomEvent<number>) => (this.chosen.value = event.detail)}
        ></rv-steps-chart>
      </div>
      <div class="sliders">
        ${this.slider('sequencejump', 'jump from', limits.jump)}
        ${this.slider('sequencechange', 'change of probability from', limits.change)}
        <span class="muted">
          ${pluralize(events.filter(({ jump }) => jump).length, 'jump')},
          ${pluralize(events.filter(({ change }) => change !== null).length, 'change')} of a probability,
          ${events.filter(({ to }) => to !== null).length} of the prediction; longest step of the probe
          ${formatNumber(steps.largest)} in ${layer} ${spaced(quantity)}
        </span>
      </div>
      ${this.units(steps, words, over ?? chosen)}`;
  }

  private text(
    words: readonly string[],
    steps: SequenceSteps,
    events: readonly SequenceEvent[],
    colors: ClassColors,
    text: TokenText,
    first: number,
    over: number | null,
  ): TemplateResult {
    const best = predictions(steps);
    const marked = new Map(events.map((event) => [event.step, event]));
    const setting = this.settingOf(text.table);
    const word = (value: string, step: number) => {
      const event = marked.get(step);
      const gap = step > 0 && isGap(setting, text.tokens[first + step - 1], text.tokens[first + step]) ? ' ' : '';
      const name =
        best[step] < 0 ? 'not read' : `${steps.classes[best[step]]} ${percent(steps.probability[step][best[step]])}`;
      const classes = ['word', event?.jump ? 'jump' : '', event?.to == null ? '' : 'turn', over === step ? 'over' : ''];
      return html`${gap}<span
          class=${classes.filter(Boolean).join(' ')}
          style="background:${colors.behind(best[step], steps.probability[step]?.[best[step]] ?? 0)}"
          title="step ${step}: ${name}${describe(event, steps.classes)}"
          @pointerenter=${() => this.store.hoverOver({ token: first + step })}
          @pointerleave=${() => this.store.hoverOver({ token: null })}
          @click=${() => (this.chosen.value = step)}
          >${value}</span
        >`;
    };
    const rest = words.length - MOST_WORDS;
    return html`<div class="text">
        ${words.slice(0, MOST_WORDS).map(word)}${rest > 0 ? html`<span class="muted"> … ${rest} more</span>` : nothing}
      </div>
      <p class="muted">
        ${steps.classes.map(
          (name, k) => html`<span><i style="background:${colors.solid(k)}"></i>${truncate(name, 20)} </span>`,
        )}
        · the prediction if the text ended after the word; underlined: a jump of the state; bar: another prediction
      </p>`;
  }

  private slider(name: 'sequencejump' | 'sequencechange', label: string, value: number): TemplateResult {
    const set = (event: Event) => (this.store.option(name).value = (event.target as HTMLInputElement).value);
    return html`<label
      >${label}
      <input type="range" min="0" max="1" step="0.05" .value=${String(value)} @input=${set} />
      <span class="number">${value.toFixed(2)}</span></label
    >`;
  }

  /** Units that made a step; a press selects one for all views. */
  private units(steps: SequenceSteps, words: readonly string[] | null, step: number): TemplateResult {
    const units = steps.units[step] ?? [];
    const most = Math.max(...steps.shares[step]);
    const selected = this.store.selection.value?.unit;
    return html`<div class="units" role="group" aria-label="Units that made the step">
      <span
        >Step ${step} ${words?.[step] ? html`<b>${truncate(printed(words[step]), 16)}</b>` : nothing}
        ${units.length ? 'was made by' : 'has no length'}</span
      >
      ${units.map(
        (unit, k) =>
          html`<button
            aria-pressed=${unit === selected}
            title="Select unit ${unit}, which the view Unit is about"
            @click=${() => this.store.select({ unit })}
          >
            unit ${unit} <u style="width:${Math.round((40 * steps.shares[step][k]) / most)}px"></u>
            <span class="number">${percent(steps.shares[step][k])}</span>
          </button>`,
      )}
    </div>`;
  }
}
customElements.define('rv-opened-sequence', OpenedSequence);

/** A share of a link; the default if it is none. */
function shareOf(word: string, otherwise: number): number {
  const value = Number(word);
  return word !== '' && value >= 0 && value <= 1 ? value : otherwise;
}

function describe(event: SequenceEvent | undefined, classes: readonly string[]): string {
  if (!event) return '';
  return [
    event.jump ? '; jump of the state' : '',
    event.change === null ? '' : `; probability changes by ${percent(event.change)}`,
    event.to === null ? '' : `; ${classes[event.from!]} → ${classes[event.to]}`,
  ].join('');
}
