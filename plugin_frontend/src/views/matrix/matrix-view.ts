import { css, html, nothing, type TemplateResult } from 'lit';
import { signal } from '@preact/signals-core';
import type { MatrixSide, NamedMatrix } from '../../data/named-matrix.ts';
import type { MatrixInfo, ProbeInfo, RunInfo, TokenText } from '../../data/types.ts';
import { chooseStep } from '../../state/choose-step.ts';
import type { Colormap } from '../../state/colormap.ts';
import { mapLoadable } from '../../state/loadable.ts';
import {
  chosenMatrix,
  headName,
  largest,
  matrixColors,
  matrixOwner,
  startOf,
  unmasked,
} from '../../state/named-matrices.ts';
import { probeOfAxis } from '../../state/pair-sides.ts';
import { findProbe, findRun } from '../../state/resolve-selection.ts';
import type { RecordingData } from '../../state/recording-data.ts';
import { valueOrStale, type ComparedRecording, type Loadable } from '../../state/store.ts';
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
import { overlaid, together } from '../../ui/view-part.ts';
import { View } from '../../ui/view.ts';
import './attention-lines.ts';
import './matrix-canvas.ts';
import { hasStatistic, historyChart, MATRIX_STATISTICS, type SummaryLine } from './matrix-history.ts';
import { comparedTable } from './compared-table.ts';
import {
  comparedValues,
  namesOf,
  NOTHING,
  subtractModels,
  tokensOf,
  type MatrixModel,
  type Pointed,
} from './matrix-model.ts';

const NONE =
  'This probe has no matrices. Scores of attention layers are recorded by themselves; others are named in a layer:';
const NO_WEIGHTS = 'A matrix with negative values has no entropy, monotonicity or diagonal mass.';
const SOW = 'weights = rv.sow_matrix("weights", weights)  # (batch, rows, columns)';

/** Recording with its entries of the index. */
interface MatrixContext {
  readonly data: RecordingData;
  readonly run: RunInfo;
  readonly probe: ProbeInfo;
  /** Probe that has the matrices: this one, or the pair that it is the other side of. */
  readonly owner: ProbeInfo;
}

/** Picture of a recording, or of the difference of two. */
interface MatrixPicture {
  /** Name of the recording; empty if it is the only one. */
  readonly label: string;
  readonly context: MatrixContext;
  readonly loadable: Loadable<NamedMatrix>;
  /** Null until it is loaded. */
  readonly matrix: NamedMatrix | null;
  readonly model: MatrixModel | null;
  /** Reason why there is none. */
  readonly problem: string;
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
      .pictures {
        flex: 3 1 320px;
        min-width: 0;
        min-height: min(240px, 100%);
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 260px), 1fr));
        grid-auto-rows: minmax(min(200px, 100%), 1fr);
        gap: 1px 8px;
      }
      .pictures section {
        display: flex;
        flex-direction: column;
        min-width: 0;
        min-height: 0;
      }
      .label {
        font-size: 12px;
        color: var(--rv-muted);
        padding: 2px 8px;
        white-space: nowrap;
        overflow: hidden;
        text-overflow: ellipsis;
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
    const context = this.contextOf(recording);
    if (!context) return loadingPanel('Reading the runs…', 'fill');
    const info = chosenMatrix(context.owner.matrices, store.option('matrix').value);
    if (!info)
      return emptyPanel(
        html`<span>${NONE}</span>
          <pre>${SOW}</pre>`,
        'fill',
      );
    const pictures = this.pictures(info, context);
    const models = pictures.flatMap(({ model }) => model ?? []);
    return html`<div class="head">${this.controls(info, context, pictures[0]?.matrix ?? null)}</div>
      <div class="parts">
        <div class="pictures">${pictures.map((picture) => this.picture(picture))}</div>
        ${this.history(info, context)}
      </div>
      <div class="foot" data-figure>
        ${models.length ? this.legend(models[0], info) : nothing}
        <span class="readout" data-figure="none">${models.length ? this.readout(info, models) : nothing}</span>
      </div>`;
  }

  override exportTable(): ExportTable | null {
    const context = this.recording && this.contextOf(this.recording);
    const info = context && chosenMatrix(context.owner.matrices, this.store.option('matrix').value);
    if (!info) return null;
    const models = this.pictures(info, context).flatMap(({ model }) => model ?? []);
    if (!models.length) return null;
    const name = `matrix ${info.matrix} ${this.recordings.map(({ label }) => label).join(', ')}`;
    if (models.length > 1 || models[0].operands.length) return comparedTable(name, models);
    const [{ rowNames, columnNames, columns, values }] = models;
    return {
      kind: 'matrix',
      name,
      rowNames,
      columnNames,
      row: (r) => values.subarray(r * columns, (r + 1) * columns),
    };
  }

  private get sequence(): number {
    const sequence = Number(this.store.option('matrixsequence').value);
    return Number.isInteger(sequence) && sequence >= 0 ? sequence : 0;
  }

  private headOf({ heads }: Pick<MatrixInfo, 'heads'>): number | 'mean' {
    const head = Number(this.store.option('matrixhead').value);
    return heads !== null && Number.isInteger(head) && head >= 0 && head < heads ? head : 'mean';
  }

  private contextOf({ data }: ComparedRecording): MatrixContext | null {
    const index = valueOrStale(this.store.index.value);
    const at = data.ref.value ?? data.read.value;
    const run = index && at && findRun(index, at.run);
    const probe = index && at && findProbe(index, at.run, at.probe);
    return run && probe ? { data, run, probe, owner: matrixOwner(run, probe) } : null;
  }

  /** Matrix of a recording; empty with a reason if it has none of this name or head. */
  private matrixOf({ data, probe, owner }: MatrixContext, { matrix, heads }: MatrixInfo): Loadable<NamedMatrix> {
    const own = owner.matrices.find((entry) => entry.matrix === matrix);
    if (!own) return { state: 'empty', why: `This recording has no matrix ${matrix}.` };
    const head = this.headOf({ heads });
    if (head !== 'mean' && head >= (own.heads ?? 0))
      return { state: 'empty', why: `${matrix} has ${own.heads ?? 'no'} heads here, and no ${headName(head)}.` };
    return owner === probe
      ? data.matrixOf(matrix, this.sequence, head).value
      : data.matrixOfAxis(owner.probe, matrix, this.sequence, head).value;
  }

  /** A picture for each recording, or one of the difference. */
  private pictures(info: MatrixInfo, first: MatrixContext): readonly MatrixPicture[] {
    const isSeveral = this.recordings.length > 1;
    const all = this.recordings.map(({ letter, label, data, ...recording }) => {
      const context = this.contextOf({ letter, label, data, ...recording }) ?? first;
      const loadable = this.matrixOf(context, info);
      const value = valueOrStale(loadable);
      return { letter, label: isSeveral ? label : '', context, loadable, matrix: value && unmasked(value) };
    });
    const [a, b] = all;
    if (this.mode === 'difference' && isSeveral) {
      const loadable = mapLoadable(together(a.loadable, b.loadable), ([own]) => own);
      const model =
        a.matrix && b.matrix
          ? subtractModels(
              this.modelOf(b.matrix, b.context, b.letter),
              this.modelOf(a.matrix, a.context, a.letter),
              (values) => this.colorsOf([values], true),
            )
          : null;
      const problem = typeof model === 'string' ? model : '';
      return [{ ...a, label: '', loadable, model: typeof model === 'string' ? null : model, problem }];
    }
    const limits = [...all, ...this.besides(info)].flatMap(({ matrix }) => matrix?.values ?? []);
    const colors = this.colorsOf(limits, false);
    return all.map((picture) => ({
      ...picture,
      model: picture.matrix && {
        ...this.modelOf(picture.matrix, picture.context, isSeveral ? picture.letter : ''),
        colors,
      },
      problem: '',
    }));
  }

  /** Matrices in the other pictures side by side, which share the colours. */
  private besides(info: MatrixInfo): readonly { readonly matrix: NamedMatrix | null }[] {
    if (this.mode !== 'side') return [];
    return this.store.comparedRecordings.value.map((recording) => {
      const context = this.contextOf(recording);
      const value = context && valueOrStale(this.matrixOf(context, info));
      return { matrix: value && unmasked(value) };
    });
  }

  /** Tokens of an axis in the chosen sequence; null where the log has none. */
  private tokens(context: MatrixContext, axis: string): readonly string[] | null {
    const of = probeOfAxis(context.run, context.owner, axis);
    const text = of && this.textOf(context, of);
    return text && tokensOf(text, this.sequence);
  }

  /** Text of a recording, or that of another axis of its probe. */
  private textOf({ data, probe }: MatrixContext, of: ProbeInfo): TokenText | null {
    return valueOrStale(of === probe ? data.text.value : data.textOf(of.probe).value);
  }

  private modelOf(
    { rows, columns, values }: NamedMatrix,
    context: MatrixContext,
    letter: string,
  ): Omit<MatrixModel, 'colors'> {
    return {
      letter,
      operands: [],
      rows: rows.size,
      columns: columns.size,
      rowNames: namesOf(rows, this.tokens(context, rows.axis)),
      columnNames: namesOf(columns, this.tokens(context, columns.axis)),
      values,
    };
  }

  /** Colours that all of these matrices share. */
  private colorsOf(all: readonly Float32Array[], signed: boolean): Colormap {
    const limit = this.store.option('matrixlimit').value === 'one' ? 1 : Math.max(0, ...all.map(largest));
    return matrixColors(all, limit, signed, this.store.dark.value);
  }

  private controls(info: MatrixInfo, { data, owner }: MatrixContext, matrix: NamedMatrix | null): TemplateResult {
    const { store } = this;
    const set = (name: 'matrix' | 'matrixsequence' | 'matrixhead') => (value: string) =>
      (store.option(name).value = value);
    const text = valueOrStale(data.text.value);
    const number = Math.max(matrix?.sequences ?? 1, 1);
    const sequences = Array.from({ length: number }, (_, k) => ({
      value: String(k),
      label: text ? sequenceLabel(text, k) : String(k),
    }));
    const heads = Array.from({ length: info.heads ?? 0 }, (_, k) => ({ value: String(k), label: String(k + 1) }));
    const drawing = store.option('matrixdrawing');
    const limit = store.option('matrixlimit');
    return html`${
        owner.matrices.length > 1
          ? field(
              'matrix',
              owner.matrices.map(({ matrix: name }) => ({ value: name, label: name })),
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

  private picture(picture: MatrixPicture): TemplateResult {
    const { label, loadable, model, problem } = picture;
    return html`<section data-figure aria-label=${label || 'Matrix'}>
      ${label ? html`<div class="label" title=${label}>${label}</div>` : nothing}
      <div class="picture ${loadable.state === 'ready' ? '' : 'old'}">
        ${
          model
            ? this.drawing(model, picture)
            : problem
              ? emptyPanel(problem, 'fill')
              : loadablePanel(loadable, 'Reading the matrix…', 'fill')
        }
      </div>
    </section>`;
  }

  private drawing(model: MatrixModel, { context, matrix }: MatrixPicture): TemplateResult {
    const { store } = this;
    if (!model.rows || !model.columns) return emptyPanel('This sequence has no rows or no columns.', 'fill');
    const dark = store.dark.value;
    const pointed = this.pointedAt(context, matrix!);
    const point = (event: CustomEvent<Pointed>) => this.point(event.detail, context, matrix!);
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
  private pointedAt(context: MatrixContext, matrix: NamedMatrix): Pointed {
    const own = this.pointed.value;
    const { token, partner } = this.store.hover.value;
    if (own.row !== null || own.column !== null) return own;
    const row = this.indexIn(context, matrix.rows, token, partner);
    return { row, column: row === null ? this.indexIn(context, matrix.columns, token, partner) : null };
  }

  /** Row or column of a token pointed at in another view; null if it is none. */
  private indexIn(
    context: MatrixContext,
    side: MatrixSide,
    token: number | null,
    partner: number | null,
  ): number | null {
    const of = probeOfAxis(context.run, context.owner, side.axis);
    const pointed = of === context.probe ? token : partner;
    const text = of && this.textOf(context, of);
    if (pointed === null || !text) return null;
    const index = pointed - startOf(text, this.sequence);
    return index >= 0 && index < Math.min(side.size, text.lengths[this.sequence] ?? 0) ? index : null;
  }

  private point(pointed: Pointed, context: MatrixContext, { rows, columns }: NamedMatrix): void {
    this.pointed.value = pointed;
    const { run, probe, owner } = context;
    const [ofRows, ofColumns] = [rows, columns].map(({ axis }) => probeOfAxis(run, owner, axis));
    const isOfRows = ofRows === probe;
    const own = isOfRows ? pointed.row : ofColumns === probe ? pointed.column : null;
    const [other, ofOther] = isOfRows ? [pointed.column, ofColumns] : [pointed.row, ofRows];
    this.store.hoverOver({
      token: this.tokenAt(context, probe, own),
      partner: ofOther === probe ? null : this.tokenAt(context, ofOther, other),
    });
  }

  /** Token of a probe at an index in the chosen sequence. */
  private tokenAt(context: MatrixContext, of: ProbeInfo | null, index: number | null): number | null {
    const text = of && index !== null ? this.textOf(context, of) : null;
    return text && startOf(text, this.sequence) + index!;
  }

  private legend({ colors, letter }: MatrixModel, info: MatrixInfo): TemplateResult {
    const difference = this.mode === 'difference' && letter ? `, ${letter}` : '';
    const what = `${info.matrix}${headOfLegend(info, this.headOf(info))}${difference}`;
    const [row, column] = sideNames(info);
    return html`<rv-colors .colors=${colors} .dark=${this.store.dark.value} .what=${what}></rv-colors>
      ${row === 'row' ? nothing : html`<span>rows: ${row}, columns: ${column}</span>`}`;
  }

  /** Names and values of the cell pointed at, in every recording that is compared. */
  private readout(info: MatrixInfo, models: readonly MatrixModel[]): TemplateResult | typeof nothing {
    const { row, column } = this.pointed.value;
    const [first] = models;
    const [rowSide, columnSide] = sideNames(info);
    const token = (name: string | undefined) => html`<b class="token">${name ?? ''}</b>`;
    const ofRow = row === null ? nothing : html`${rowSide} ${row} ${token(first.rowNames[row])}`;
    const ofColumn = column === null ? nothing : html`${columnSide} ${column} ${token(first.columnNames[column])}`;
    if (row === null || column === null) return row === null ? (column === null ? nothing : ofColumn) : ofRow;
    const values = comparedValues(models).map(({ letter, values, rows, columns }) => {
      const value = row < rows && column < columns ? values[row * columns + column] : NaN;
      return html` · ${letter} <b>${formatNumber(value)}</b>`;
    });
    return html`${ofRow} · ${ofColumn}${values}`;
  }

  /** Numbers of the matrix over the steps, a line for each recording. */
  private history(info: MatrixInfo, context: MatrixContext): TemplateResult {
    const { store, recordings } = this;
    const [first] = recordings;
    const dark = store.dark.value;
    const { results, notes } = overlaid(recordings, ({ data }) =>
      mapLoadable(data.matrixSummary(info.matrix, context.owner.probe).value, (summary) => summary),
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
            <p class="muted">
              ${statistic.how}${statistic.chance && lines.length === 1 ? '; dashed: that of uniform weights' : nothing}
            </p>
          </section>`,
      )}
      ${lines.length && !statistics.length ? html`<p class="muted">${NO_WEIGHTS}</p>` : nothing} ${notes}
    </div>`;
  }
}
customElements.define('rv-matrix-view', MatrixView);

const headOfLegend = ({ heads }: MatrixInfo, head: number | 'mean'): string =>
  heads === null ? '' : head === 'mean' ? ', mean of heads' : `, ${headName(head)} of ${heads}`;

/** Names of a row and a column: their axes if these differ, as in a pair. */
const sideNames = ({ rows, columns }: MatrixInfo): readonly [row: string, column: string] =>
  rows && columns && rows !== columns ? [rows, columns] : ['row', 'column'];

/** First tokens that tell sequences apart in a list. */
const FEW = 6;

function sequenceLabel(text: TokenText, sequence: number): string {
  const name = numberedName(text, sequence);
  const tokens = text.labels?.[sequence] ? null : tokensOf(text, sequence);
  return tokens ? `${name} · ${tokens.slice(0, FEW).join(tokens.some((token) => token.length > 1) ? ' ' : '')}…` : name;
}
