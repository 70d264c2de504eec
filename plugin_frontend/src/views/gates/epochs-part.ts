import { html, nothing, type TemplateResult } from 'lit';
import type { UnitSeries } from '../../data/types.ts';
import { palette } from '../../ui/draw/axes.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { capital, spaced } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { chooseStep } from '../../state/choose-step.ts';
import type { AxisWords, ComparedRecording } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';
import { latest, loaded, overlaid, partStyle } from '../../ui/view-part.ts';
import { spreadOver, type Gate } from './gates-model.ts';
import { GatesPart } from './gates-part.ts';
import { gatesStyle } from './gates-style.ts';
import { wordingOf, type Wording } from '../../state/wording.ts';

/** Gate saturation of the units over the training. All steps come in one answer. */
export class EpochsPart extends GatesPart {
  static override styles = [...partStyle, gatesStyle];

  private readonly charts = new Map<string, typeof makeChart>();

  override render() {
    const { data } = this.recording;
    const gates = this.gates();
    if (data.difference || !gates.length) return nothing;
    const { plural } = data.axis.value;
    return html`<section aria-label="Over ${plural}">
      <h3>
        Over ${plural}
        <span class="muted"
          >the median unit${this.over.length ? nothing : ', and between what eight of ten units lie'}</span
        >
      </h3>
      <div class="tiles wide">${gates.map((gate) => this.tile(gate))}</div>
    </section>`;
  }

  private tile(gate: Gate): TemplateResult {
    const { store, recording } = this;
    const { layer, quantity, role } = gate;
    const axis = recording.data.axis.value;
    const { results, notes } = overlaid(this.over, ({ data }) => data.statistics('saturation', layer, quantity).value);
    const key = `${layer}\n${quantity}`;
    if (!this.charts.has(key)) this.charts.set(key, latest(makeChart));
    return html`<div class="tile" data-gate="${layer} ${quantity}">
      <h4>${spaced(quantity)} <span class="muted">${role}${this.everyLayer ? ` · ${layer}` : ''}</span></h4>
      ${loaded(
        recording.data.statistics('saturation', layer, quantity).value,
        `Reading every ${axis.singular}…`,
        (series) =>
          html` <rv-line-chart
            .chart=${
              results.length
                ? this.several([{ recording, value: series }, ...results])
                : this.charts.get(key)!(series, this.step, store.dark.value, axis, wordingOf(store))
            }
            .hover=${store.hover.value.step}
            chooses
            @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
            @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, recording, event.detail)}
          ></rv-line-chart>`,
      )}${notes}
    </div>`;
  }

  /** The middle unit of each recording. */
  private several(
    all: readonly { readonly recording: ComparedRecording; readonly value: UnitSeries }[],
  ): LineChartModel {
    const dark = this.store.dark.value;
    const lines = all.flatMap(({ recording: { letter, series }, value }) => {
      const line = (what: string, row: string, dash: string): Line => {
        const { steps: at, middle } = spreadOver(value, row);
        return {
          name: `${letter} ${what}`,
          color: strokeOf(series, dark).color,
          dash,
          at,
          values: middle,
          ...(at.length === 1 ? { marker: () => ({ filled: true }) } : {}),
        };
      };
      return [line('shut', 'left', ''), line('open', 'right', '6 3')];
    });
    return chartOf(
      lines,
      [...new Set(all.flatMap(({ value }) => value.steps))].sort((a, b) => a - b),
      this.step,
      this.recording.data.axis.value,
      wordingOf(this.store),
    );
  }
}
customElements.define('rv-gates-epochs', EpochsPart);

function makeChart(series: UnitSeries, now: number, dark: boolean, axis: AxisWords, wording: Wording): LineChartModel {
  const [first, second] = palette(dark).series;
  const rows = [
    { name: 'shut', color: first, dash: '', ...spreadOver(series, 'left') },
    { name: 'open', color: second, dash: '6 3', ...spreadOver(series, 'right') },
  ];
  return {
    ...chartOf(
      rows.map(({ name, color, dash, steps: at, middle }) => ({
        name,
        color,
        at,
        values: middle,
        ...(dash ? { dash } : {}),
        ...(at.length === 1 ? { marker: () => ({ filled: true }) } : {}),
      })),
      series.steps,
      now,
      axis,
      wording,
    ),
    bands: rows.map(({ color, steps: at, low, high }) => ({ color, at, low, high })),
  };
}

function chartOf(
  lines: readonly Line[],
  steps: readonly number[],
  now: number,
  { plural, name: nameOf }: AxisWords,
  wording: Wording,
): LineChartModel {
  const share = wording('share of tokens');
  return {
    label: capital(`${share} at which the median unit is nearly shut, and nearly open, over ${plural}`),
    x: { title: plural, low: steps[0] ?? 0, high: steps[steps.length - 1] ?? 0 },
    y: { title: share, low: 0, high: 1 },
    lines,
    nameOf,
    format: percent,
    now: steps.includes(now) ? [{ stop: now }] : [],
  };
}
