import { computed, signal } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { READABLE } from '../../ui/draw/heatmap-layout.ts';
import '../../ui/legend.ts';
import { coloredValues, limitButtons } from '../../ui/limit-buttons.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import { spaced } from '../../ui/format.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import '../../ui/charts/heatmap-canvas.ts';
import type { HeatmapCanvas, HoverTarget, Range } from '../../ui/charts/heatmap-canvas.ts';
import { columnFrom, columnOf, columnsOf, tokenAt, tokensOf } from './heatmap-columns.ts';
import { compactStyle } from '../../ui/compact-style.ts';
import { controlStyle, heatmapControls } from './heatmap-controls.ts';
import { HeatmapData } from './heatmap-data.ts';
import { heatmapNumbers } from './heatmap-numbers.ts';
import type { Model } from './heatmap-model.ts';
import { readOptions, writeOptions, type HeatmapOptions } from './heatmap-options.ts';
import { readout } from './heatmap-readout.ts';
import { stackedAt, type StackedRow } from './gate-stack.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { loadablePanel, loadingPanel } from '../../ui/state-panel.ts';
import { sortingColumn } from './row-order.ts';
import { Similarity, whyNotClustered } from './similarity.ts';
import { wordingOf } from '../../state/wording.ts';

const READING = 'Reading the activity of every unit…';

/** Heatmap of units by tokens, associated units first, relevance beside them. */
export class HeatmapView extends View {
  static override styles = [controls, panelStyle, controlStyle, compactStyle];
  private readonly recordingSignal = signal<ComparedRecording | null>(null);
  private readonly options = computed((): HeatmapOptions => readOptions(this.store));
  private readonly similarity = new Similarity();
  private data!: HeatmapData;
  private pointed: HoverTarget = { unit: null, column: null };
  private range: Range | null = null;
  /**
   * Selection at which the view was opened, for which it does not scroll.
   * Empty after another selection.
   */
  private opened: string | null = null;
  /** Tokens that were chosen last, and the finding that was chosen then. */
  private chosenLast = { range: '', finding: '' };
  /** The row of the stack under the pointer. */
  private readonly stackedRow = signal<number | null>(null);

  protected override willUpdate(changed: PropertyValues): void {
    this.recordingSignal.value = this.recording ?? null;
    if (changed.has('store') && this.store)
      this.data = new HeatmapData(this.store, this.recordingSignal, this.options, this.similarity.order);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.similarity.stop();
  }

  override render(): TemplateResult {
    const { store, recording, data } = this;
    const selection = store.selection.value;
    if (!selection || !recording) return loadingPanel('Waiting for a recording…', 'fill');
    const options = this.options.value;
    const model = data.model.value;
    const change = (change: Partial<HeatmapOptions>) => writeOptions(store, change);
    return html`
      <div class="head">
        ${heatmapControls({
          options,
          feature: selection.feature,
          unit: recording.data.unit.value,
          zoomed: this.canvas?.zoomed ?? false,
          statistics: valueOrStale(recording.data.relevance.value)?.statistics ?? [],
          features: valueOrStale(recording.data.relevance.value)?.features ?? [],
          whyNotSimilar: data.whyNotAll.value ? 'not all are read' : whyNotClustered(model?.rows ?? 0),
          notes: this.notes(options),
          wording: wordingOf(store),
          change,
          zoom: (factor) => this.canvas?.zoomBy(factor),
          goBack: this.canvas?.canGoBack ? () => this.canvas?.goBack() : null,
        })}
      </div>
      <div class="picture ${model && data.old.value ? 'old' : ''}" data-figure>
        ${model ? this.picture(model, options) : loadablePanel(data.activity.value, READING, 'fill')}
      </div>
      <div class="foot" data-figure>
        ${model ? this.legends(model) : nothing}
        <span class="readout" data-figure="none">${model ? this.readout(model, options) : nothing}</span>
      </div>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const model = this.data?.model.peek();
    if (model?.rows && this.options.peek().order === 'similarity') this.similarity.want(model.matrix);
  }

  override exportTable(): ExportTable | null {
    const [model, selection] = [this.data?.model.value ?? null, this.store.selection.value];
    return (
      model &&
      selection &&
      heatmapNumbers(model, `heatmap ${selection.layer} ${selection.quantity} ${this.recording.label}`)
    );
  }

  private get canvas(): HeatmapCanvas | null {
    return this.renderRoot?.querySelector('rv-heatmap-canvas') ?? null;
  }

  private picture(model: Model, options: HeatmapOptions): TemplateResult {
    const { store } = this;
    const heads = {
      features: model.bars.map(({ feature }) => feature),
      statistic: options.statistic,
      sorted: sortingColumn(model.bars, options),
    };
    return html`<rv-heatmap-canvas
      .model=${model}
      .dark=${store.dark.value}
      .rowHeight=${options.rows === 'overview' ? 'fit' : READABLE}
      .pointed=${this.point(model)}
      .range=${this.brushed(model)}
      .destination=${this.destination(model)}
      .heads=${heads}
      @rv-point=${(event: CustomEvent<HoverTarget>) => this.hover(model, event.detail)}
      @rv-pick=${(event: CustomEvent<number>) => this.pick(model, event.detail)}
      @rv-brush=${(event: CustomEvent<Range | null>) =>
        store.select({ tokens: event.detail && tokensOf(model.tokens, event.detail) })}
      @rv-sort=${(event: CustomEvent<number>) => this.sort(model, event.detail, heads.sorted)}
      @rv-zoom=${() => this.requestUpdate()}
    ></rv-heatmap-canvas>`;
  }

  private notes({ order }: HeatmapOptions): string[] {
    const { note, whyNotAll } = this.data;
    const working =
      order === 'similarity' && this.similarity.working.value ? 'Ordering the units by similarity…' : null;
    return [note.value, whyNotAll.value, working].filter((one) => one !== null);
  }

  /** The same object while nothing moved, so that only what changed is painted. */
  private point(model: Model): HoverTarget {
    const { unit, token } = this.store.hover.value;
    const own = unit === null ? null : this.recording.data.unitMapping.value.fromA(unit);
    const row = own === model.picture.chosen ? (this.stackedRow.value ?? own) : own;
    const column = token === null ? null : columnOf(model.tokens, token);
    if (this.pointed.unit !== row || this.pointed.column !== column) this.pointed = { unit: row, column };
    return this.pointed;
  }

  /**
   * Column of newly chosen tokens, or at which a newly chosen finding shows best.
   * Null if there is none.
   */
  private destination({ tokens }: Model): number | null {
    const { layer, quantity, unit, feature, tokens: chosen } = this.store.selection.value!;
    const best = this.data.bestToken.value;
    const finding = JSON.stringify([layer, quantity, unit, feature]);
    const range = chosen?.join(' ') ?? '';
    if (this.opened === null) [this.opened, this.chosenLast] = [finding + range, { range, finding: '' }];
    if (this.opened === finding + range) return null;
    if (range !== this.chosenLast.range) this.chosenLast = { range, finding };
    this.opened = '';
    const token = this.chosenLast.finding === finding ? (chosen?.[0] ?? null) : best;
    return token === null ? null : Math.min(columnFrom(tokens, token), tokens.count - 1);
  }

  private brushed(model: Model): Range | null {
    const range = columnsOf(model.tokens, this.store.selection.value?.tokens ?? null);
    if (range?.[0] !== this.range?.[0] || range?.[1] !== this.range?.[1]) this.range = range;
    return this.range;
  }

  private hover(model: Model, { unit: row, column }: HoverTarget): void {
    const { store } = this;
    const unit = row !== null && row < 0 ? model.picture.chosen : row;
    this.stackedRow.value = row !== null && row < 0 ? row : null;
    store.hoverOver({
      token: column === null ? null : tokenAt(model.tokens, column),
      unit: unit === null ? null : this.recording.data.unitMapping.value.toA(unit),
      frequency: null,
    });
  }

  private pick(model: Model, row: number): void {
    const quantity = stackedAt(model.stack, row)?.quantity;
    if (quantity) return this.store.select({ quantity });
    const unit = this.recording.data.unitMapping.value.toA(row);
    if (unit !== null) this.store.select({ unit });
  }

  private sort(model: Model, column: number, sorted: number): void {
    const { feature } = model.bars[column];
    const by = feature === this.store.selection.value!.feature ? '' : feature;
    writeOptions(this.store, column === sorted ? { order: 'number' } : { order: 'statistic', by });
  }

  /** Colours of the row under the pointer, or else of the chosen unit. */
  private legends(model: Model): TemplateResult {
    const { stack, colorsOf, picture } = model;
    const { store, recording } = this;
    const { layer, quantity } = store.selection.value!;
    const missing = Boolean(recording.data.digest.value?.ranges[layer]?.[quantity]?.missing);
    const dark = store.dark.value;
    const other = stack.find((row) => row.gate !== this.isGate(stack)) ?? null;
    const row = this.point(model).unit;
    const unit = row === null || row < 0 ? picture.chosen : row;
    const name = coloredValues(store, recording.data.difference) + (store.colors.byUnit.value ? `, unit ${unit}` : '');
    return html`<span class="legend"
        ><rv-colors .colors=${colorsOf(unit)} .dark=${dark} .what=${name} .missing=${missing}></rv-colors
        ><span class="limits">${limitButtons(store, recording.data)}</span></span
      >${
        other
          ? html`<rv-colors
              .colors=${other.colors}
              .dark=${dark}
              .what=${other.gate ? 'gates' : spaced(other.quantity)}
            ></rv-colors>`
          : nothing
      }`;
  }

  private isGate(stack: readonly StackedRow[]): boolean {
    return stack.some(({ quantity, gate }) => gate && quantity === this.store.selection.value?.quantity);
  }

  private readout(model: Model, { statistic }: HeatmapOptions): TemplateResult | typeof nothing {
    const { token } = this.store.hover.value;
    return readout({
      model,
      text: this.data.text.value,
      statistic,
      quantity: spaced(this.store.selection.value?.quantity ?? '') + (this.recording.data.difference ? ', B − A' : ''),
      row: this.point(model).unit,
      token,
    });
  }
}
customElements.define('rv-heatmap-view', HeatmapView);
