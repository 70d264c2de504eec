import { html, type TemplateResult } from 'lit';
import type { UnitHistory } from '../../data/unit-history.ts';
import { palette } from '../../ui/draw/axes.ts';
import { extent, nearest } from '../../ui/draw/curve.ts';
import { formatPValue, formatNumber, truncate } from '../../ui/format.ts';
import { chooseStep } from '../../state/choose-step.ts';
import { lifeLines, linesOver, namedFeatures, type RecordedHistory } from './history-lines.ts';
import '../../ui/charts/line-chart.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';
import { latest, loaded, overlaid, Part, partStyle } from '../../ui/view-part.ts';
import { emptyPanel } from '../../ui/state-panel.ts';

/** Effects of features on the unit, step by step. */
export class LifePart extends Part {
  static override styles = partStyle;

  override render() {
    const { axis, unitHistory } = this.recording.data;
    const { singular, plural } = axis.value;
    return html`<section aria-label="Life">
      <h3>Over ${plural}</h3>
      ${loaded(unitHistory.value, `Reading every ${singular}…`, (value) => this.life(value))}
    </section>`;
  }

  private life(life: UnitHistory): TemplateResult {
    const { store, recording } = this;
    const axis = recording.data.axis.value;
    const feature = store.selection.value?.feature ?? '';
    if (!life.steps.length || !life.features.length)
      return emptyPanel(`No ${axis.singular} has links with features in the log.`);
    const hover = store.hover.value.step;
    const { results, notes } = overlaid(this.over, ({ data }) => data.unitHistory.value);
    if (results.length) return html`${this.several([{ recording, value: life }, ...results], feature, hover)}${notes}`;
    const chart = this.chart(
      life,
      feature,
      store.dark.value,
      recording.data.ref.value?.step ?? null,
      axis.name,
      axis.plural,
    );
    return html`${this.lines(chart, hover)}
      <p class="muted readout">
        ${
          hover === null
            ? `Effect in standard deviations; a filled point: q at most 0.05.${
                life.leftOut.length
                  ? ` Other features were searched for at ${axis.names(
                      life.leftOut,
                      [...life.steps, ...life.leftOut].sort((a, b) => a - b),
                    )}.`
                  : ''
              }`
            : this.readout(life, hover, feature)
        }
      </p>`;
  }

  /** One feature in all recordings. */
  private several(all: readonly RecordedHistory[], feature: string, hover: number | null): TemplateResult {
    const { store, recording } = this;
    const { name, plural } = recording.data.axis.value;
    const lines = linesOver(all, feature, store.dark.value);
    const steps = [...new Set(lines.flatMap(({ at }) => Array.from(at)))].sort((a, b) => a - b);
    if (!lines.length || !steps.length)
      return emptyPanel(`None of these recordings holds a link with ${feature || 'a feature'}.`);
    const chart = chartOf(
      lines,
      steps,
      `Effect of the unit on ${feature} in each recording`,
      recording.data.ref.value?.step ?? null,
      name,
      plural,
    );
    const texts = all
      .filter(({ value }) => value.features.includes(feature))
      .map(({ recording: { letter }, value }) => {
        const i = nearest(value.steps, hover ?? NaN);
        return i < 0
          ? letter
          : `${letter} ${formatNumber(value.effect(feature)[i] ?? NaN, true)} ` +
              `q ${formatPValue(value.q(feature)[i] ?? NaN)}`;
      });
    return html`${this.lines(chart, hover)}
      <p class="muted readout">
        ${
          hover === null
            ? `Effect on ${truncate(feature)} in standard deviations; a filled point: q at most 0.05.`
            : `${name(hover)}: ${texts.join(' · ')}`
        }
      </p>`;
  }

  private lines(chart: LineChartModel, hover: number | null): TemplateResult {
    const { store, recording } = this;
    return html`<rv-line-chart
      .chart=${chart}
      .hover=${hover}
      chooses
      @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
      @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, recording, event.detail)}
    ></rv-line-chart>`;
  }

  private readout(life: UnitHistory, hover: number, selectedFeature: string) {
    const i = nearest(life.steps, hover);
    const name = this.recording.data.axis.value.name(life.steps[i]);
    const named = namedFeatures(life, selectedFeature);
    if (!named.length) return `${name}: nothing above chance`;
    return html`${name}:
    ${named.map(
      (feature, k) =>
        html`${k ? ' · ' : ''}${truncate(feature, 16)} <b>${formatNumber(life.effect(feature)[i] ?? NaN, true)}</b> q
          ${formatPValue(life.q(feature)[i] ?? NaN)}`,
    )}`;
  }

  private readonly chart = latest(
    (
      life: UnitHistory,
      feature: string,
      dark: boolean,
      now: number | null,
      nameOf: (step: number) => string,
      plural: string,
    ): LineChartModel =>
      chartOf(
        lifeLines(life, feature, palette(dark).series),
        life.steps,
        `Effect of the unit on each feature over ${plural}`,
        now,
        nameOf,
        plural,
      ),
  );
}
customElements.define('rv-unit-life', LifePart);

function chartOf(
  lines: readonly Line[],
  steps: readonly number[],
  label: string,
  now: number | null,
  nameOf: (step: number) => string,
  plural: string,
): LineChartModel {
  const [low, high] = lines
    .map(({ values }) => extent(Array.from(values)) ?? [0, 0])
    .reduce(([a, b], [c, d]) => [Math.min(a, c), Math.max(b, d)], [0, 0]);
  const at = now !== null && steps.includes(now) ? now : null;
  return {
    label,
    x: { title: plural, low: steps[0], high: steps[steps.length - 1] },
    y: { title: 'effect', ...(low < high ? { low, high } : { low: -1, high: 1 }) },
    lines,
    nameOf,
    format: (effect) => formatNumber(effect, true),
    now: at === null ? [] : [{ stop: at }],
  };
}
