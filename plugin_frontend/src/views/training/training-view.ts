import { computed, signal } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Scalars } from '../../data/scalars.ts';
import { palette } from '../../ui/draw/axes.ts';
import { field } from '../../ui/field.ts';
import { nameFilter } from '../../ui/run-picker.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import { formatNumber, truncate } from '../../ui/format.ts';
import { sameJson } from '../../state/deduped-computed.ts';
import type { SettingName, SettingValue } from '../../state/settings.ts';
import { valueOrStale, type Loadable, type ComparedRecording } from '../../state/store.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import '../../ui/charts/line-chart.ts';
import type { LineChartModel } from '../../ui/charts/line-chart.ts';
import { latest } from '../../ui/view-part.ts';
import type { Curve } from './curve.ts';
import { curveChart, dashOf, type Across, type CurveOptions, type CurveStyle } from './curve-lines.ts';
import { emptyPanel, failedPanel, loadingPanel } from '../../ui/state-panel.ts';
import {
  countsProbeSteps,
  curveTable,
  curvesOf,
  isOurs,
  merge,
  PROBE_LOSS,
  readTags,
  settingsOf,
  subtractCurves,
  tagsOf,
  type Training,
} from './training-model.ts';
import { trainingStyle } from './training-style.ts';

const ACROSS: readonly { readonly value: Across; readonly label: string }[] = [
  { value: 'step', label: 'step' },
  { value: 'time', label: 'time since the start' },
  { value: 'wall', label: 'wall time' },
];
const SMOOTHEST = 0.99;
const NO_SCALARS = html`<span
  >No other scalars of this training are in the log; add <code>keras.callbacks.TensorBoard(log_dir)</code> before
  <code>rv.RNNVizCallback(log_dir)</code>.</span
>`;

const NO_CURVES: readonly Curve[] = [];
const NO_MARKS: CurveStyle['now'] = [];
const stepName = (step: number) => `step ${step}`;

const makeChart = (
  tag: string,
  curves: readonly Curve[],
  options: CurveOptions,
  roles: readonly string[],
  now: CurveStyle['now'],
  dark: boolean,
  nameOf: (step: number) => string,
): LineChartModel => curveChart(tag, curves, options, { colors: palette(dark).series, roles, now, nameOf });

/** Loss and other scalars of the compared trainings, with their hyper-parameters. */
export class TrainingView extends View {
  static override styles = [controls, panelStyle, trainingStyle];

  private readonly pointed = signal<{ readonly tag: string; readonly step: number } | null>(null);
  private readonly filter = signal('');

  private readonly trainings = computed(() =>
    merge(
      this.watched.value.map(({ letter, series, data }): Training => ({
        letter,
        series,
        run: data.read.value?.run ?? '',
        digests: valueOrStale(data.digests.value) ?? [],
        scalars: valueOrStale(data.scalars.value),
      })),
    ),
  );
  private readonly watched = signal<readonly ComparedRecording[]>([]);
  private readonly subtracts = signal(false);
  private readonly curves = computed((): readonly Curve[] => {
    const [a, b] = this.trainings.value.map(curvesOf);
    if (this.subtracts.value) return a && b ? subtractCurves(a, b) : [];
    return this.trainings.value.flatMap(curvesOf);
  });
  private readonly byTag = computed(
    () =>
      new Map(tagsOf(this.curves.value).map((tag) => [tag, this.curves.value.filter((curve) => curve.tag === tag)])),
  );
  private readonly options = computed((): CurveOptions => ({
    across: this.store.option('curves-x').value,
    log: this.store.option('curves-y').value === 'log',
    smoothing: Math.min(SMOOTHEST, Math.max(0, Number(this.store.option('smoothing').value) || 0)),
  }));

  protected override willUpdate(): void {
    if (this.watched.peek() !== this.recordings) this.watched.value = this.recordings;
    this.subtracts.value = this.mode === 'difference';
  }

  override render(): TemplateResult {
    const tags = [...this.byTag.value.keys()];
    const selectedTags = readTags(this.store.option('curves').value, tags);
    return html`<div class="head">${this.head(tags, selectedTags)}</div>
      <div class="picture">
        <div class="charts" data-figure="whole">${selectedTags.map((tag) => this.chart(tag))}</div>
        ${tags.length && !selectedTags.length ? emptyPanel('No curve is chosen.') : nothing}
        ${this.notes(tags)}${this.settings()}
      </div>
      <div class="foot">${this.key(selectedTags)}<span class="readout">${this.readout()}</span></div>`;
  }

  override exportTable(): ExportTable | null {
    const selectedTags = readTags(this.store.option('curves').peek(), [...this.byTag.peek().keys()]);
    const curves = selectedTags.flatMap((tag) => this.byTag.peek().get(tag) ?? []);
    return curves.length ? curveTable(curves, 'curves of the training') : null;
  }

  private head(tags: readonly string[], selectedTags: readonly string[]) {
    const { store } = this;
    const { across, log, smoothing } = this.options.value;
    const set =
      <K extends SettingName>(name: K) =>
      (word: SettingValue<K>) =>
        (store.option(name).value = word);
    const fits = nameFilter(this.filter.value);
    const toggle = (tag: string, on: boolean) => {
      const before = readTags(store.option('curves').peek(), tags);
      set('curves')(JSON.stringify(tags.filter((one) => (one === tag ? on : before.includes(one)))));
    };
    return html`<details>
        <summary>Curves: <span class="number">${selectedTags.length} of ${tags.length}</span> ▾</summary>
        ${
          tags.length > 6
            ? html`<input
                class="filter"
                type="search"
                placeholder="Filter"
                aria-label="Filter curves"
                .value=${live(this.filter.value)}
                @input=${(event: Event) => (this.filter.value = (event.target as HTMLInputElement).value)}
              />`
            : nothing
        }
        <ul class="tags" aria-label="Curves">
          ${tags.filter(fits).map(
            (tag) =>
              html`<li>
                <label title=${tag}
                  ><input
                    type="checkbox"
                    .checked=${live(selectedTags.includes(tag))}
                    @change=${(event: Event) => toggle(tag, (event.target as HTMLInputElement).checked)}
                  /><span>${tag}</span></label
                >
              </li>`,
          )}
        </ul>
      </details>
      ${field('across', ACROSS, across, set('curves-x'))}
      <label title="Exponential moving average"
        >smoothing
        <input
          type="range"
          min="0"
          max=${SMOOTHEST}
          step="0.01"
          .value=${live(String(smoothing))}
          @input=${(event: Event) => set('smoothing')((event.target as HTMLInputElement).value)}
        /><span class="number">${smoothing.toFixed(2)}</span></label
      >
      <button aria-pressed=${log} @click=${() => set('curves-y')(log ? 'linear' : 'log')}>log</button>`;
  }

  private counts(tag: string): boolean {
    return this.recordings.some(({ data }) => countsProbeSteps(tag, this.curves.value, data.allSteps.value));
  }

  /** The step to mark in the chart of a tag. */
  private hovered(tag: string): number | null {
    const pointed = this.pointed.value;
    if (pointed?.tag === tag) return pointed.step;
    return this.counts(tag) ? this.store.hover.value.step : null;
  }

  private chart(tag: string): TemplateResult {
    const counts = this.counts(tag);
    if (!this.charts.has(tag)) this.charts.set(tag, latest(makeChart));
    const chart = this.charts.get(tag)!(
      tag,
      this.byTag.value.get(tag) ?? NO_CURVES,
      this.options.value,
      this.roles,
      counts ? this.now() : NO_MARKS,
      this.store.dark.value,
      counts ? this.recordings[0].data.axis.value.name : stepName,
    );
    return html`<section>
      <h3 title=${tag}>${tag}</h3>
      <rv-line-chart
        .chart=${chart}
        .hover=${this.hovered(tag)}
        ?chooses=${counts}
        @rv-over=${({ detail: step }: CustomEvent<number | null>) => this.point(tag, step)}
        @rv-choose=${({ detail: step }: CustomEvent<number>) => this.pick(step)}
      ></rv-line-chart>
    </section>`;
  }

  private readonly charts = new Map<string, typeof makeChart>();
  private marks: CurveStyle['now'] = NO_MARKS;

  /** The same list while it says the same. */
  private now(): CurveStyle['now'] {
    const marks = this.recordings.flatMap(({ data }) =>
      data.ref.value ? [{ run: data.ref.value.run, step: data.ref.value.step }] : [],
    );
    if (!sameJson(marks, this.marks)) this.marks = marks;
    return this.marks;
  }

  private point(tag: string, step: number | null): void {
    this.pointed.value = step === null ? null : { tag, step };
    this.store.hoverOver({ step: step !== null && this.counts(tag) ? step : null });
  }

  private pick(step: number): void {
    if (this.recordings[0]?.data.steps.peek().includes(step)) this.store.select({ step });
  }

  /** Roles of runs that have strokes of their own. */
  private get roles(): readonly string[] {
    return this.roleNames.value;
  }
  private readonly roleNames = computed(() =>
    [...new Set(this.curves.value.filter(({ tag }) => !isOurs(tag)).map(({ role }) => role))].sort(),
  );

  /** Missing scalars, with the reasons. */
  private notes(tags: readonly string[]) {
    const results = this.recordings.map(({ letter, data }) => ({ letter, scalars: data.scalars.value }));
    const failed = results.find(({ scalars }) => scalars.state === 'failed')?.scalars as
      Extract<Loadable<Scalars>, { state: 'failed' }> | undefined;
    if (failed) return failedPanel(failed, 'line', 'Other scalars could not be read: ');
    if (results.some(({ scalars }) => scalars.state === 'loading' && !scalars.stale))
      return loadingPanel('Reading other scalars…');
    if (this.subtracts.value && !tags.length)
      return emptyPanel('A and B have no curve in common: the same scalar at the same steps.');
    if (tags.some((tag) => !isOurs(tag))) return nothing;
    const losses = tags.length || !this.recordings.some(({ data }) => data.digests.value.state !== 'loading');
    return html`${losses ? nothing : emptyPanel('No loss was logged on the probe.')}${emptyPanel(NO_SCALARS)}`;
  }

  private settings() {
    const { runs, settings } = settingsOf(this.trainings.value);
    if (!settings.length) return nothing;
    const differ = settings.filter(({ differs }) => differs).length;
    return html`<section class="settings">
      <h3>
        Hyper-parameters${
          runs.length > 1
            ? html` <span class="muted"
                >${differ ? `${differ} ${differ === 1 ? 'differs' : 'differ'}` : 'none differs'}</span
              >`
            : nothing
        }
      </h3>
      <table>
        <thead>
          <tr>
            <th></th>
            ${runs.map(({ run, letter }) => html`<th scope="col" title=${run}>${letter} ${truncate(run, 24)}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${settings.map(
            ({ name, values, differs }) =>
              html`<tr class=${differs ? 'differs' : ''}>
                <th scope="row" title=${name}>${name}</th>
                ${values.map(
                  (value) =>
                    html`<td class="number" title=${value ?? ''}>
                      ${
                        value === null
                          ? '–'
                          : typeof value === 'number' && !Number.isInteger(value)
                            ? formatNumber(value)
                            : String(value)
                      }
                    </td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </section>`;
  }

  /** Legend of the curves in view. */
  private key(selectedTags: readonly string[]) {
    const colors = palette(this.store.dark.value).series;
    const lines = new Map(
      selectedTags
        .flatMap((tag) => this.byTag.value.get(tag) ?? [])
        .map((curve) => [`${curve.letter}\n${curve.role}`, curve]),
    );
    if (lines.size < 2) return html`<span></span>`;
    return html`<span class="key" data-figure
      >${[...lines.values()].map(
        ({ letter, role, series }) =>
          html`<span
            ><svg width="22" height="3" aria-hidden="true">
              <path
                d="M0 1.5H22"
                stroke-width="2"
                fill="none"
                stroke=${colors[series % colors.length]}
                stroke-dasharray=${dashOf(this.roles, role)}
              ></path>
            </svg>
            ${letter} ${truncate(role, 24)}</span
          >`,
      )}</span
    >`;
  }

  private readout() {
    const pointed = this.pointed.value;
    const step = pointed?.step ?? this.store.hover.value.step;
    if (step === null) return nothing;
    const tag = pointed?.tag ?? PROBE_LOSS;
    const name = this.counts(tag) ? this.recordings[0].data.axis.value.name(step) : stepName(step);
    const values = (this.byTag.value.get(tag) ?? []).flatMap(({ letter, role, steps, values: all }) => {
      const i = steps.indexOf(step);
      return i < 0
        ? []
        : [html` · ${letter} ${truncate(role, 16)} <b>${formatNumber(all[i], this.subtracts.value)}</b>`];
    });
    return html`${truncate(tag)} · ${name}${values}`;
  }
}
customElements.define('rv-training-view', TrainingView);
