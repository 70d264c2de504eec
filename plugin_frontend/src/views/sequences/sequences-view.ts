import { html, nothing, type TemplateResult } from 'lit';
import type { SequenceDecisions } from '../../data/sequence-decisions.ts';
import type { SequenceHistory } from '../../data/sequence-history.ts';
import type { TokenText } from '../../data/types.ts';
import { chooseStep } from '../../state/choose-step.ts';
import { startOf } from '../../state/named-matrices.ts';
import { valueOrStale } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import { palette } from '../../ui/draw/axes.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { field } from '../../ui/field.ts';
import { formatCount, pluralize } from '../../ui/format.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { percent } from '../../ui/percent.ts';
import { emptyPanel } from '../../ui/state-panel.ts';
import { controls } from '../../ui/theme.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import { latest, loaded } from '../../ui/view-part.ts';
import { View } from '../../ui/view.ts';
import { classDot, ClassColors } from './class-colors.ts';
import { confusionTable, MOST_CLASSES, type ChosenCell } from './confusion-table.ts';
import './opened-sequence.ts';
import { canPin, parsePins, PINS_ARE_MANY, pinWord, togglePin } from './pins.ts';
import './pinned-sequences.ts';
import { accuracyChart, decisionChart, recallChart } from './sequence-charts.ts';
import './sequence-list.ts';
import {
  arrangeRows,
  COLUMNS,
  orderWord,
  parseOrder,
  sequenceRows,
  textTest,
  type SequenceFilter,
  type SequenceOrder,
  type SequenceRow,
} from './sequence-rows.ts';
import { textsOfSequences } from './sequence-words.ts';
import { signalLines } from './signal-lines.ts';
import { sequencesStyle } from './sequences-style.ts';

const NOTE = {
  head: 'The prediction at every step is that of the layers behind the state of the step.',
  prefix: 'The model reads whole sequences: the prediction at a step is that for the beginning of the sequence.',
};

/** Sequences of a classifier: decisions, and the units that made the state jump. */
export class SequencesView extends View {
  static override styles = [controls, panelStyle, classDot, sequencesStyle];

  private readonly textsOf = latest((text: TokenText | null) => text && textsOfSequences(text));
  private readonly rowsOf = latest(
    (decisions: SequenceDecisions, history: SequenceHistory | null, texts: readonly string[] | null) =>
      sequenceRows(decisions, history, texts),
  );
  private readonly filterOf = latest(
    (
      wrong: boolean,
      label: number | null,
      prediction: number | null,
      text: string,
      regex: boolean,
    ): SequenceFilter => ({ wrong, label, prediction, text, regex }),
  );
  private readonly signalOf = latest((text: TokenText | null) => {
    const lines = text && signalLines(text);
    let next = 0;
    return lines && { lines, starts: text.lengths.map((length) => (next += length) - length) };
  });
  private readonly orderOf = latest(parseOrder);
  private readonly pinsOf = latest(parsePins);
  /** Kept, as pointing at a token renders the view again. */
  private readonly arrangedOf = latest(arrangeRows);

  override render(): TemplateResult {
    const decisions = this.decisions;
    if (!decisions) return html``;
    const rows = this.rows(decisions);
    const arranged = this.arranged(rows, decisions);
    return html`<div class="head">${this.facts(decisions)}${this.filters(decisions, arranged.length)}</div>
      <div class="page">
        <div class="overview">${this.overview(decisions)}</div>
        <div class="sequences ${this.opened(decisions) === null ? '' : 'with-opened'}">
          ${this.list(arranged, decisions)} ${this.pinnedPart(decisions)} ${this.openedPart(decisions)}
        </div>
      </div>`;
  }

  override exportTable(): ExportTable | null {
    const decisions = this.decisions;
    if (!decisions) return null;
    const arranged = this.arranged(this.rows(decisions), decisions);
    const cellOf = (row: SequenceRow, id: (typeof COLUMNS)[number]['id']) => {
      const value = row[id];
      if (id === 'label' || id === 'prediction') return decisions.classes[Number(value)] ?? null;
      if (typeof value === 'boolean') return value ? 'yes' : 'no';
      return typeof value === 'number' && !(value >= 0) ? null : value;
    };
    return {
      kind: 'table',
      name: `sequences ${this.recording.label}`,
      columns: COLUMNS.filter(({ id }) => id !== 'text' || !this.isSignal).map(({ id }) => ({
        name: id,
        values: arranged.map((row) => cellOf(row, id)),
      })),
    };
  }

  private get decisions(): SequenceDecisions | null {
    return valueOrStale(this.recording.data.sequenceDecisions.value);
  }

  private get isSignal(): boolean {
    return valueOrStale(this.recording.data.text.value)?.signal != null;
  }

  private rows(decisions: SequenceDecisions): readonly SequenceRow[] {
    const { data } = this.recording;
    const text = valueOrStale(data.text.value);
    return this.rowsOf(decisions, valueOrStale(data.sequenceHistory.value), this.textsOf(text));
  }

  private arranged(rows: readonly SequenceRow[], { classes }: SequenceDecisions): readonly SequenceRow[] {
    return this.arrangedOf(rows, this.filter(classes), this.order);
  }

  private get order(): SequenceOrder | null {
    return this.orderOf(this.store.option('sequencesort').value);
  }

  private filter(classes: readonly string[]): SequenceFilter {
    const { store } = this;
    const classOf = (name: string) => (classes.includes(name) ? classes.indexOf(name) : null);
    return this.filterOf(
      store.option('sequencewrong').value === 'only',
      classOf(store.option('sequencelabel').value),
      classOf(store.option('sequenceprediction').value),
      this.isSignal ? '' : store.option('sequencetext').value,
      store.option('sequenceregex').value === 'on',
    );
  }

  /** Sequence that is open; null if there is none. */
  private opened({ lengths }: SequenceDecisions): number | null {
    const word = this.store.option('sequence').value;
    const sequence = Number(word);
    return word !== '' && Number.isInteger(sequence) && sequence >= 0 && sequence < lengths.length ? sequence : null;
  }

  /** Sequences that are pinned, in the order of pinning. */
  private pins({ lengths }: SequenceDecisions): readonly number[] {
    return this.pinsOf(this.store.option('sequencepins').value, lengths.length);
  }

  private pin(sequence: number, decisions: SequenceDecisions): void {
    this.store.option('sequencepins').value = pinWord(togglePin(this.pins(decisions), sequence));
  }

  private facts({ labels, prediction, classes, method, decision, lengths }: SequenceDecisions): TemplateResult {
    const known = labels.flatMap((label, k) => (label >= 0 && prediction[k] >= 0 ? [label === prediction[k]] : []));
    const right = known.filter(Boolean).length;
    const unread = decision.filter((step) => step < 0).length;
    const decided = decision.flatMap((step, k) => (step >= 0 ? [(step + 1) / lengths[k]] : []));
    const mean = decided.reduce((a, b) => a + b, 0) / decided.length;
    return html`<span title=${NOTE[method]}
      ><b>${pluralize(labels.length, 'sequence')}</b>, ${classes.length} classes;
      ${
        known.length
          ? html`<b>${percent(right / known.length)}</b> right, ${formatCount(known.length - right)} wrong;`
          : 'no labels;'
      }
      decided after <b>${percent(mean)}</b> of a sequence
      <span class="muted">(${method})</span>
      ${unread ? html`<span class="muted">· ${formatCount(unread)} not read step by step</span>` : nothing}</span
    >`;
  }

  private filters({ classes }: SequenceDecisions, count: number): TemplateResult {
    const { store } = this;
    const [wrong, regex, text, label, prediction] = [
      store.option('sequencewrong'),
      store.option('sequenceregex'),
      store.option('sequencetext'),
      store.option('sequencelabel'),
      store.option('sequenceprediction'),
    ];
    const choices = [{ value: '', label: 'all' }, ...classes.map((name) => ({ value: name, label: name }))];
    const isInvalid = !this.isSignal && textTest({ text: text.value, regex: regex.value === 'on' }) === null;
    return html`<span class="filters push">
      ${toggleButton(
        wrong.value === 'only',
        'Wrong only',
        'Only sequences that are predicted wrong',
        () => (wrong.value = wrong.value === 'only' ? '' : 'only'),
      )}
      ${field('label', choices, label.value, (value) => (label.value = value))}
      ${field('prediction', choices, prediction.value, (value) => (prediction.value = value))}
      ${this.isSignal ? nothing : this.textFilter(isInvalid)}
      <span class="number" role="status">${isInvalid ? 'no valid expression' : formatCount(count)}</span>
    </span>`;
  }

  private textFilter(isInvalid: boolean): TemplateResult {
    const [regex, text] = [this.store.option('sequenceregex'), this.store.option('sequencetext')];
    return html`<input
        type="search"
        aria-label="Text of the sequences"
        aria-invalid=${isInvalid}
        placeholder=${regex.value === 'on' ? 'regular expression' : 'text'}
        .value=${text.value}
        @input=${(event: Event) => (text.value = (event.target as HTMLInputElement).value)}
      />
      ${toggleButton(
        regex.value === 'on',
        '.*',
        'The text is a regular expression',
        () => (regex.value = regex.value === 'on' ? 'off' : 'on'),
      )}`;
  }

  private overview(decisions: SequenceDecisions): TemplateResult {
    const { store, recording } = this;
    const { classes, labels } = decisions;
    const dark = store.dark.value;
    const colors = new ClassColors(classes, dark);
    const color = palette(dark).series[0];
    const hasLabels = labels.some((label) => label >= 0);
    const filter = this.filter(classes);
    const choose = ({ label, prediction }: ChosenCell) => {
      store.option('sequencelabel').value = label === null ? '' : classes[label];
      store.option('sequenceprediction').value = prediction === null ? '' : classes[prediction];
    };
    const { plural, name } = recording.data.axis.value;
    const options = { now: recording.data.ref.value?.step ?? NaN, plural, color, nameOf: name };
    return html`${
      !hasLabels
        ? emptyPanel('No sequence has a label that is one of the classes.', 'line')
        : classes.length > MOST_CLASSES
          ? emptyPanel(`A matrix of ${classes.length} classes is too large to draw.`, 'line')
          : html`<section data-figure>${confusionTable(decisions, colors, filter, choose)}</section>`
    }
    ${
      hasLabels
        ? html`<section data-figure>
            <h3>accuracy by the share read</h3>
            <rv-line-chart .chart=${accuracyChart(decisions, color)}></rv-line-chart>
          </section>`
        : nothing
    }
    ${loaded(recording.data.sequenceHistory.value, 'Reading the epochs…', (history) =>
      history.steps.length < 2
        ? nothing
        : html`${hasLabels ? this.chart('right, by class', recallChart(history, colors, options)) : nothing}
          ${this.chart('share read before the decision', decisionChart(history, options))}`,
    )}`;
  }

  private chart(title: string, chart: ReturnType<typeof decisionChart>): TemplateResult {
    const { store, recording } = this;
    return html`<section data-figure>
      <h3>${title}</h3>
      <rv-line-chart
        .chart=${chart}
        .hover=${store.hover.value.step}
        chooses
        @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
        @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, recording, event.detail)}
      ></rv-line-chart>
    </section>`;
  }

  private list(rows: readonly SequenceRow[], decisions: SequenceDecisions): TemplateResult {
    const { store } = this;
    const opened = this.opened(decisions);
    const model = {
      rows,
      classes: decisions.classes,
      order: this.order,
      stepName: this.recording.data.axis.value.name,
      signal: this.signalOf(valueOrStale(this.recording.data.text.value)),
      pins: this.pins(decisions),
    };
    const open = (sequence: number) => (store.option('sequence').value = String(sequence));
    return html`<rv-sequence-list
      .model=${model}
      .opened=${opened}
      .dark=${store.dark.value}
      @rv-order=${(event: CustomEvent<SequenceOrder | null>) =>
        (store.option('sequencesort').value = orderWord(event.detail))}
      @rv-open=${(event: CustomEvent<number>) => open(event.detail)}
      @rv-pin=${(event: CustomEvent<number>) => this.pin(event.detail, decisions)}
      @rv-reach=${(event: CustomEvent<number>) => {
        if (opened !== null) open(event.detail);
      }}
    ></rv-sequence-list>`;
  }

  private pinnedPart(decisions: SequenceDecisions): TemplateResult | typeof nothing {
    const pins = this.pins(decisions);
    if (!pins.length) return nothing;
    return html`<rv-pinned-sequences
      .store=${this.store}
      .recording=${this.recording}
      .decisions=${decisions}
      .pins=${pins}
      @rv-pin=${(event: CustomEvent<number>) => this.pin(event.detail, decisions)}
      @rv-open=${(event: CustomEvent<number>) => (this.store.option('sequence').value = String(event.detail))}
      @rv-clear=${() => (this.store.option('sequencepins').value = '')}
    ></rv-pinned-sequences>`;
  }

  private openedPart(decisions: SequenceDecisions): TemplateResult | typeof nothing {
    const sequence = this.opened(decisions);
    if (sequence === null) return nothing;
    const { classes, labels, prediction, probability, decision } = decisions;
    const name = (index: number) => classes[index] ?? '–';
    const start = startOf(decisions, sequence);
    const pins = this.pins(decisions);
    return html`<div class="opened">
      <div class="opened-head">
        <span
          ><b>Sequence ${sequence}</b> · label <b>${name(labels[sequence])}</b>, predicted
          <b>${name(prediction[sequence])}</b> ${percent(probability[sequence])}
          ${decision[sequence] >= 0 ? html`· decided at step <b>${decision[sequence]}</b>` : nothing}</span
        >
        <button
          title="Show this sequence in the other views"
          @click=${() => this.store.select({ tokens: [start, start + decisions.lengths[sequence]] })}
        >
          select
        </button>
        ${toggleButton(
          pins.includes(sequence),
          'pin',
          canPin(pins, sequence) ? 'Pin the sequence, to compare it with others' : PINS_ARE_MANY,
          () => this.pin(sequence, decisions),
        )}
        <button
          title="Close the sequence"
          aria-label="Close"
          @click=${() => (this.store.option('sequence').value = '')}
        >
          ✕
        </button>
      </div>
      <rv-opened-sequence .store=${this.store} .recording=${this.recording} .sequence=${sequence}></rv-opened-sequence>
    </div>`;
  }
}
customElements.define('rv-sequences-view', SequencesView);
