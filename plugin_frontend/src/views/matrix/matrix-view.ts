import { css, html, nothing, type TemplateResult } from 'lit';
import { signal } from '@preact/signals-core';
import type { MatrixSide, NamedMatrix } from '../../data/named-matrix.ts';
import type { MatrixInfo, ProbeInfo, RunInfo, TokenText } from '../../data/types.ts';
import { chooseStep } from '../../state/choose-step.ts';
import { mapLoadable } from '../../state/loadable.ts';
import { chosenMatrix, largest, matrixColors, startOf, unmasked } from '../../state/named-matrices.ts';
import { probeOfAxis } from '../../state/pair-sides.ts';
import { findProbe, findRun } from '../../state/resolve-selection.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import { palette } from '../../ui/draw/axes.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { field } from '../../ui/field.ts';
import { formatNumber, numberedName } from '../../ui/format.ts';
import '../../ui/legend.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { emptyPanel, loadablePanel, loadingPanel } from '../../ui/state-panel.ts';
import { codeStyle, controls } from '../../ui/theme.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import { overlaid } from '../../ui/view-part.ts';
import { View } from '../../ui/view.ts';
import './attention-lines.ts';
import './matrix-canvas.ts';
import { hasStatistic, historyChart, MATRIX_STATISTICS, type SummaryLine } from './matrix-history.ts';
import { namesOf, NOTHING, tokensOf, type MatrixModel, type Pointed } from './matrix-model.ts';

const NONE =
  'This probe has no matrices. Scores of attention layers are recorded by themselves; others are named in a layer:';
const NO_WEIGHTS = 'A matrix with negative values has no entropy, monotonicity or diagonal mass.';
const SOW = 'weights = rv.sow_matrix("weights", weights)  # (batch, rows, columns)';

/** Recording with its entries of the index. */
interface IndexEntries {
  readonly run: RunInfo;
  readonly probe: ProbeInfo;
}

/** Matrices such as attention: cells or curves, and their numbers over the steps. */
export class MatrixView extends View {
  static override styles = [
    controls,
    panelStyle,
    codeStyle,
    css`
      .parts {
        flex: 1 1 0;
        min-height: 0;
        display: flex;
        flex-wrap: wrap;
        overflow: auto;
      }
      .picture {
        flex: 3 1 320px;
        min-height: min(240px, 100%);
      }
      .history {
        flex: 1 1 200px;
        max-width: 100%;
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(180px, 1fr));
        gap: 4px 12px;
        padding: 4px 8px;
        align-content: start;
        box-sizing: border-box;
      }
      h3 {
        font-size: 12px;
        font-weight: 500;
        margin: 0;
      }
      .history p {
        margin: 0;
        font-size: 11px;
      }
      .token {
        font-family: var(--rv-monospace);
      }
    `,
  ];

  private readonly pointed = signal<Pointed>(NOTHING);

  override render(): TemplateResult {
    const { recording, store } = this;
    if (!store.selection.value || !recording) return loadingPanel('Waiting for a recording…', 'fill');
    const entries = this.placeOf(recording);
    if (!entries) return loadingPanel('Reading the runs…', 'fill');
    const info = chosenMatrix(entries.probe.matrices, store.option('matrix').value);
    if (!info)
      return emptyPanel(
        html`<span>${NONE}</span>
          <pre>${SOW}</pre>`,
        'fill',
      );
    if (this.recordings.length > 1) return this.overlay(info);
    const loadable = recording.data.matrixOf(info.matrix, this.sequence, this.headOf(info)).value;
    const matrix = valueOrStale(loadable);
    const model = matrix && this.modelOf(unmasked(matrix), entries);
    return html`<div class="head">${this.controls(info, entries, matrix)}</div>
      <div class="parts">
        <div class="picture ${loadable.state === 'ready' ? '' : 'old'}" data-figure>
          ${model ? this.drawing(model, entries, matrix) : loadablePanel(loadable, 'Reading the matrix…', 'fill')}
        </div>
        ${recording.data.difference ? nothing : this.history(info, [recording])}
      </div>
      <div class="foot" data-figure>
        ${model ? this.legend(model, info) : nothing}
        <span class="readout" data-figure="none">${model ? this.readout(model) : nothing}</span>
      </div>`;
  }

  override exportTable(): ExportTable | null {
    const entries = this.recording && this.placeOf(this.recording);
    const info = entries && chosenMatrix(entries.probe.matrices, this.store.option('matrix').value);
    if (!info || this.recordings.length > 1) return null;
    const loadable = this.recording.data.matrixOf(info.matrix, this.sequence, this.headOf(info)).value;
    const matrix = valueOrStale(loadable);
    if (!matrix) return null;
    const { rowNames, columnNames, columns, values } = this.modelOf(unmasked(matrix), entries);
    return {
      kind: 'matrix',
      name: `matrix ${info.matrix} ${this.recording.label}`,
      rowNames,
      columnNames,
      row: (r) => values.subarray(r * columns, (r + 1) * columns),
    };
  }

  private get sequence(): number {
    const sequence = Number(this.store.option('matrixsequence').value);
    return Number.isInteger(sequence) && sequence >= 0 ? sequence : 0;
  }

  private headOf({ heads }: MatrixInfo): number | 'mean' {
    const head = Number(this.store.option('matrixhead').value);
    return heads !== null && Number.isInteger(head) && head >= 0 && head < heads ? head : 'mean';
  }

  private placeOf({ data }: ComparedRecording): IndexEntries | null {
    const index = valueOrStale(this.store.index.value);
    const at = data.ref.value ?? data.read.value;
    const run = index && at && findRun(index, at.run);
    const probe = index && at && findProbe(index, at.run, at.probe);
    return run && probe ? { run, probe } : null;
  }

  /** Tokens of an axis in the chosen sequence; null where the log has none. */
  private tokens({ run, probe }: IndexEntries, axis: string): readonly string[] | null {
    const of = probeOfAxis(run, probe, axis);
    const text = of && this.textOf({ run, probe }, of);
    return text && tokensOf(text, this.sequence);
  }

  /** Text of the recording, or that of another axis of its probe. */
  private textOf({ probe }: IndexEntries, of: ProbeInfo): TokenText | null {
    const { data } = this.recording;
    return valueOrStale(of === probe ? data.text.value : data.textOf(of.probe).value);
  }

  private modelOf(matrix: NamedMatrix, entries: IndexEntries): MatrixModel {
    const { rows, columns, values } = matrix;
    const { dark } = this.store;
    return {
      rows: rows.size,
      columns: columns.size,
      rowNames: namesOf(rows, this.tokens(entries, rows.axis)),
      columnNames: namesOf(columns, this.tokens(entries, columns.axis)),
      values,
      colors: matrixColors(values, this.limitOf(matrix), this.recording.data.difference, dark.value),
    };
  }

  /** Colour limit, the same for all recordings that stand side by side. */
  private limitOf(matrix: NamedMatrix): number {
    if (this.store.option('matrixlimit').value === 'one') return 1;
    const { difference } = this.recording.data;
    const others = this.mode === 'side' && !difference ? this.store.comparedRecordings.value : [];
    const all = others.flatMap((recording) => {
      const entries = this.placeOf(recording);
      const info = entries?.probe.matrices.find((entry) => entry.matrix === matrix.name);
      const loadable = info && recording.data.matrixOf(info.matrix, this.sequence, this.headOf(info)).value;
      const value = loadable && valueOrStale(loadable);
      return value ? [unmasked(value)] : [];
    });
    return Math.max(...[matrix, ...all].map(({ values }) => largest(values)));
  }

  private controls(info: MatrixInfo, { probe }: IndexEntries, matrix: NamedMatrix | null): TemplateResult {
    const { store } = this;
    const set = (name: 'matrix' | 'matrixsequence' | 'matrixhead') => (value: string) =>
      (store.option(name).value = value);
    const text = valueOrStale(this.recording.data.text.value);
    const number = Math.max(matrix?.sequences ?? 1, 1);
    const sequences = Array.from({ length: number }, (_, k) => ({
      value: String(k),
      label: text ? sequenceLabel(text, k) : String(k),
    }));
    const heads = Array.from({ length: info.heads ?? 0 }, (_, k) => ({ value: String(k), label: String(k) }));
    const drawing = store.option('matrixdrawing');
    const limit = store.option('matrixlimit');
    return html`${
        probe.matrices.length > 1
          ? field(
              'matrix',
              probe.matrices.map(({ matrix: name }) => ({ value: name, label: name })),
              info.matrix,
              set('matrix'),
            )
          : html`<b>${info.matrix}</b>`
      }
      ${number > 1 ? field('sequence', sequences, String(this.sequence), set('matrixsequence')) : nothing}
      ${
        heads.length > 1
          ? field('head', [{ value: 'mean', label: 'mean' }, ...heads], String(this.headOf(info)), set('matrixhead'))
          : nothing
      }
      <span class="segments" role="group" aria-label="Drawing">
        ${toggleButton(
          drawing.value === 'cells',
          'Cells',
          'Rows and columns as a heat map',
          () => (drawing.value = 'cells'),
        )}
        ${toggleButton(
          drawing.value === 'curves',
          'Curves',
          'Columns above, rows below, curves as wide as the weights',
          () => (drawing.value = 'curves'),
        )}
      </span>
      ${toggleButton(
        limit.value === 'one',
        'Colours to 1',
        'Colour limit of 1, so that epochs can be compared; otherwise the largest value on show',
        () => (limit.value = limit.value === 'one' ? 'seen' : 'one'),
      )}
      ${matrix ? this.cut(matrix) : nothing}`;
  }

  private cut({ recorded, sequences, rows, columns }: NamedMatrix): TemplateResult | typeof nothing {
    const stored = [sequences, rows.size, columns.size];
    const parts = ['sequences', 'rows', 'columns']
      .map((name, i) => (stored[i] < (recorded[i] ?? 0) && i === 0 ? `${stored[i]} of ${recorded[i]} ${name}` : ''))
      .filter(Boolean);
    return parts.length ? html`<span class="muted">the log has ${parts.join(', ')}</span>` : nothing;
  }

  private drawing(model: MatrixModel, entries: IndexEntries, matrix: NamedMatrix): TemplateResult {
    const { store } = this;
    if (!model.rows || !model.columns) return emptyPanel('This sequence has no rows or no columns.', 'fill');
    const dark = store.dark.value;
    const pointed = this.pointedAt(entries, matrix);
    const point = (event: CustomEvent<Pointed>) => this.point(event.detail, entries, matrix);
    return store.option('matrixdrawing').value === 'curves'
      ? html`<rv-attention-lines
          .model=${model}
          .pointed=${pointed}
          .dark=${dark}
          @rv-point=${point}
        ></rv-attention-lines>`
      : html`<rv-matrix-canvas
          .model=${model}
          .pointed=${pointed}
          .dark=${dark}
          @rv-point=${point}
        ></rv-matrix-canvas>`;
  }

  /** Cell pointed at here, or the token pointed at in another view. */
  private pointedAt({ probe, run }: IndexEntries, matrix: NamedMatrix): Pointed {
    const own = this.pointed.value;
    const { token, partner } = this.store.hover.value;
    if (own.row !== null || own.column !== null) return own;
    const tokens = { run, probe };
    const row = this.indexIn(tokens, matrix.rows, token, partner);
    return { row, column: row === null ? this.indexIn(tokens, matrix.columns, token, partner) : null };
  }

  /** Row or column of a token pointed at in another view; null if it is none. */
  private indexIn(
    entries: IndexEntries,
    side: MatrixSide,
    token: number | null,
    partner: number | null,
  ): number | null {
    const of = probeOfAxis(entries.run, entries.probe, side.axis);
    const pointed = of === entries.probe ? token : partner;
    const text = of && this.textOf(entries, of);
    if (pointed === null || !text) return null;
    const index = pointed - startOf(text, this.sequence);
    return index >= 0 && index < Math.min(side.size, text.lengths[this.sequence] ?? 0) ? index : null;
  }

  private point(pointed: Pointed, entries: IndexEntries, { rows, columns }: NamedMatrix): void {
    this.pointed.value = pointed;
    const { run, probe } = entries;
    const [ofRows, ofColumns] = [rows, columns].map(({ axis }) => probeOfAxis(run, probe, axis));
    const isOfRows = ofRows === probe;
    const own = isOfRows ? pointed.row : ofColumns === probe ? pointed.column : null;
    const [other, ofOther] = isOfRows ? [pointed.column, ofColumns] : [pointed.row, ofRows];
    this.store.hoverOver({
      token: this.tokenAt(entries, probe, own),
      partner: ofOther === probe ? null : this.tokenAt(entries, ofOther, other),
    });
  }

  /** Token of a probe at an index in the chosen sequence. */
  private tokenAt(entries: IndexEntries, of: ProbeInfo | null, index: number | null): number | null {
    const text = of && index !== null ? this.textOf(entries, of) : null;
    return text && startOf(text, this.sequence) + index!;
  }

  private legend({ colors }: MatrixModel, { matrix, heads }: MatrixInfo): TemplateResult {
    const head = heads === null ? '' : this.store.option('matrixhead').value === 'mean' ? ', mean of heads' : '';
    const what = `${matrix}${head}${this.recording.data.difference ? ', B − A' : ''}`;
    return html`<rv-colors .colors=${colors} .dark=${this.store.dark.value} .what=${what}></rv-colors>`;
  }

  private readout({ values, columns, rowNames, columnNames }: MatrixModel): TemplateResult | typeof nothing {
    const { row, column } = this.pointed.value;
    const token = (name: string | undefined) => html`<b class="token">${name ?? ''}</b>`;
    if (row !== null && column !== null)
      return html`row ${row} ${token(rowNames[row])} · column ${column} ${token(columnNames[column])} ·
        <b>${formatNumber(values[row * columns + column])}</b>`;
    if (row !== null) return html`row ${row} ${token(rowNames[row])}`;
    return column === null ? nothing : html`column ${column} ${token(columnNames[column])}`;
  }

  /** Several recordings: their numbers over the steps in one chart each. */
  private overlay(info: MatrixInfo): TemplateResult {
    return html`<div class="head">
        <b>${info.matrix}</b>
        <span class="muted">The matrices themselves stand side by side, or as a difference.</span>
      </div>
      <div class="parts">${this.history(info, this.recordings)}</div>`;
  }

  private history(info: MatrixInfo, recordings: readonly ComparedRecording[]): TemplateResult | typeof nothing {
    const { store } = this;
    const [first] = recordings;
    const dark = store.dark.value;
    const { results, notes } = overlaid(recordings, ({ data }) =>
      mapLoadable(data.matrixSummary(info.matrix).value, (summary) => summary),
    );
    const lines = results.map(({ recording, value }): SummaryLine => ({
      letter: recordings.length > 1 ? recording.letter : '',
      color: recordings.length > 1 ? strokeOf(recording.series, dark).color : palette(dark).series[0],
      summary: value,
    }));
    const { plural, name } = first.data.axis.value;
    const now = recordings.flatMap(({ data }) => data.ref.value?.step ?? []);
    const statistics = MATRIX_STATISTICS.filter((statistic) => lines.some((line) => hasStatistic(line, statistic)));
    return html`<div class="history" data-figure>
      ${statistics.map(
        (statistic) =>
          html`<section aria-label=${statistic.title}>
            <h3>${statistic.title}</h3>
            <rv-line-chart
              .chart=${historyChart(statistic, lines, { head: this.headOf(info), now, dark, plural, nameOf: name })}
              .hover=${store.hover.value.step}
              chooses
              @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
              @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, first, event.detail)}
            ></rv-line-chart>
            <p class="muted">${statistic.how}</p>
          </section>`,
      )}
      ${lines.length && !statistics.length ? html`<p class="muted">${NO_WEIGHTS}</p>` : nothing} ${notes}
    </div>`;
  }
}
customElements.define('rv-matrix-view', MatrixView);

/** First tokens that tell sequences apart in a list. */
const FEW = 6;

function sequenceLabel(text: TokenText, sequence: number): string {
  const name = numberedName(text, sequence);
  const tokens = text.labels?.[sequence] ? null : tokensOf(text, sequence);
  return tokens ? `${name} · ${tokens.slice(0, FEW).join(tokens.some((token) => token.length > 1) ? ' ' : '')}…` : name;
}
