import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { categoryColors } from '../../ui/draw/categories.ts';
import { visible } from '../../state/visible-characters.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { legendStyle, lineLegend } from '../../ui/line-legend.ts';
import { controls } from '../../ui/theme.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import { formatNumber, truncate } from '../../ui/format.ts';
import { chooseStep } from '../../state/choose-step.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';
import { emptyPanel, loadablePanel } from '../../ui/state-panel.ts';
import { change, compare, type Compared } from './compared-model.ts';
import { historyOf } from './error-model.ts';
import { percent } from './error-words.ts';

const TOKENS = 16;
const BAR = 64;

/**
 * Table of the errors of several recordings.
 * Of two it has the differences as well.
 */
export class ErrorsCompared extends SignalElement {
  static override properties = {
    store: { attribute: false },
    recordings: { attribute: false },
    difference: { type: Boolean },
  };
  declare store: ViewContext;
  declare recordings: readonly ComparedRecording[];
  declare difference: boolean;

  static override styles = [
    controls,
    legendStyle,
    css`
      :host {
        display: block;
        flex: 1 1 0;
        min-height: 0;
        overflow: auto;
        position: relative;
        padding: 4px 0 12px;
      }
      section {
        padding: 4px 8px;
      }
      h3 {
        margin: 6px 0 2px;
        font-size: 12px;
        font-weight: 500;
      }
      h3 span {
        font-weight: 400;
      }
      table {
        border-collapse: collapse;
      }
      th {
        font-weight: 400;
        color: var(--rv-muted);
        text-align: left;
        padding: 1px 14px 1px 0;
      }
      td {
        padding: 1px 14px 1px 0;
        font-variant-numeric: tabular-nums;
        white-space: nowrap;
      }
      .name i {
        display: inline-block;
        width: 10px;
        height: 10px;
        margin-right: 6px;
      }
      td svg {
        vertical-align: -2px;
        margin-right: 6px;
      }
      .zero {
        stroke: var(--rv-muted);
      }
      p {
        margin: 4px 8px;
        color: var(--rv-muted);
      }
    `,
  ];

  constructor() {
    super();
    this.recordings = [];
    this.difference = false;
  }

  override render(): TemplateResult {
    const { recordings } = this;
    const told = recordings.flatMap((recording) => {
      const errors = recording.data.digest.value?.errors;
      return errors ? [{ recording, errors }] : [];
    });
    const without = recordings.filter(({ data }) => !data.digest.value?.errors);
    const notes = without.map(({ letter, data }) =>
      data.digests.value.state === 'ready'
        ? emptyPanel(`${letter}: no errors were sorted for this ${data.axis.value.singular}.`)
        : loadablePanel(data.digests.value, 'reading the errors…', 'line', `${letter}: `),
    );
    if (told.length < 2)
      return html`${notes}${emptyPanel('Errors are compared where two recordings at least have them sorted.')}`;
    const rows = compare(told.map(({ errors }) => errors));
    const letters = told.map(({ recording }) => recording);
    const of = (about: Compared['about']) => rows.filter((row) => row.about === about);
    const tokens = of('token');
    return html`${
      this.difference
        ? nothing
        : lineLegend(letters.map(({ label, series }) => ({ name: label, ...strokeOf(series, this.store.dark.value) })))
    }${notes}
    ${this.table('Share of all tokens that are errors', [...of('all'), ...of('category')], letters, percent)}
    ${this.history(letters)}
    ${
      tokens.length
        ? this.table(
            'Mean probability by token',
            tokens.slice(0, TOKENS),
            letters,
            (value) => formatNumber(value),
            tokens.length > TOKENS
              ? `the ${TOKENS} of ${tokens.length} that differ most`
              : 'those that differ most first',
          )
        : nothing
    }
    ${
      of('closing bracket').length
        ? this.table(
            'Mean probability of closing brackets',
            of('closing bracket'),
            letters,
            (value) => formatNumber(value),
            'by how many tokens back the opening one stands',
          )
        : nothing
    }`;
  }

  private table(
    title: string,
    rows: readonly Compared[],
    recordings: readonly ComparedRecording[],
    say: (value: number) => string,
    more = '',
  ): TemplateResult {
    const most = Math.max(1e-9, ...rows.flatMap(({ values }) => values.filter(Number.isFinite)));
    const reach = Math.max(1e-9, ...rows.map((row) => Math.abs(change(row))).filter(Number.isFinite));
    const two = recordings.length === 2;
    return html`<section aria-label=${title}>
      <h3>${title} <span class="muted">${more}</span></h3>
      <table>
        <thead>
          <tr>
            <th></th>
            ${recordings.map(({ letter }) => html`<th scope="col">${letter}</th>`)}${
              two ? html`<th scope="col">${recordings[1].letter} − ${recordings[0].letter}</th>` : nothing
            }
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            (row) =>
              html`<tr data-name=${row.name}>
                <th scope="row" class="name">${this.name(row)}</th>
                ${row.values.map(
                  (value, i) =>
                    html`<td>
                      ${bar(
                        value / most,
                        strokeOf(recordings[i].series, this.store.dark.value).color,
                      )}${Number.isFinite(value) ? say(value) : '–'}
                    </td>`,
                )}
                ${
                  two
                    ? html`<td class="change">${diverging(change(row) / reach)}${this.changed(change(row), say)}</td>`
                    : nothing
                }
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  private changed(value: number, say: (value: number) => string): string {
    if (!Number.isFinite(value)) return '–';
    const text = say(Math.abs(value));
    return /[1-9]/.test(text) ? `${value > 0 ? '+' : '−'}${text}` : text;
  }

  private name({ about, name }: Compared) {
    if (about === 'token') return truncate(visible(name), 12);
    if (about !== 'category') return about === 'all' ? 'all errors' : name;
    const [{ css: color }] = categoryColors([name], this.store.dark.value);
    return html`<i style="background:${color}"></i>${name}`;
  }

  /** The rate of errors of each recording's run; one run is one line. */
  private history(recordings: readonly ComparedRecording[]): TemplateResult | typeof nothing {
    const { store } = this;
    const runs = recordings.filter(
      (recording, i) => recordings.findIndex(({ data }) => data.ref.value?.run === recording.data.ref.value?.run) === i,
    );
    const lines = runs.map(({ letter, series, data }): Line => {
      const { steps, rates } = historyOf(valueOrStale(data.digests.value) ?? []);
      const { color, dash } = strokeOf(series, store.dark.value);
      return {
        name: runs.length > 1 ? letter : '',
        color,
        dash: dash.join(' '),
        at: steps,
        values: rates,
        ...(steps.length === 1 ? { marker: () => ({ filled: true }) } : {}),
      };
    });
    const stops = [...new Set(lines.flatMap(({ at }) => Array.from(at)))].sort((a, b) => a - b);
    if (!stops.length) return nothing;
    const [first] = recordings;
    const { plural, name } = first.data.axis.value;
    const now = first.data.ref.value?.step ?? null;
    const chart: LineChartModel = {
      label: `Share of all tokens that are errors over ${plural}`,
      x: { title: plural, low: stops[0], high: stops[stops.length - 1] },
      y: {
        title: 'share of tokens',
        low: 0,
        high: Math.max(0.001, ...lines.flatMap(({ values }) => Array.from(values))),
      },
      lines,
      nameOf: name,
      format: percent,
      now: now !== null && stops.includes(now) ? [{ stop: now }] : [],
    };
    return html`<section aria-label="Over ${plural}">
      <h3>Over ${plural}</h3>
      <rv-line-chart
        .chart=${chart}
        .hover=${store.hover.value.step}
        chooses
        @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
        @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, first, event.detail)}
      ></rv-line-chart>
    </section>`;
  }
}
customElements.define('rv-errors-compared', ErrorsCompared);

const bar = (share: number, color: string) =>
  Number.isFinite(share)
    ? html`<svg class="chart" width=${BAR} height="10" aria-hidden="true">
        ${svg`<rect width=${Math.max(0, share * BAR).toFixed(1)} height="10" fill=${color}></rect>`}
      </svg>`
    : nothing;

function diverging(share: number) {
  if (!Number.isFinite(share)) return nothing;
  const reach = (BAR / 2) * Math.abs(share);
  return html`<svg class="chart" width=${BAR} height="10" aria-hidden="true">
    ${svg`<rect x=${(share < 0 ? BAR / 2 - reach : BAR / 2).toFixed(1)} width=${reach.toFixed(1)} height="10"
      style="fill:var(--rv-bar)"></rect>
    <path class="zero" d="M${BAR / 2} 0V10"></path>`}
  </svg>`;
}
