import { html, type TemplateResult } from 'lit';
import { chooseStep } from '../../state/choose-step.ts';
import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import type { Line, LineChartModel } from '../../ui/charts/line-chart.ts';

/** Lines over the steps of a recording, any of which a press chooses. */
export function epochChart(
  store: ViewContext,
  recording: ComparedRecording,
  title: string,
  steps: readonly number[],
  lines: readonly Line[],
): TemplateResult {
  const { plural, name } = recording.data.axis.value;
  const finite = lines.flatMap(({ values }) => Array.from(values).filter(Number.isFinite));
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  const now = recording.data.ref.value?.step ?? NaN;
  const chart: LineChartModel = {
    label: `${title} over ${plural}`,
    x: { title: plural, low: steps[0] ?? 0, high: steps.at(-1) ?? 1 },
    y: { title, low, high: high > low ? high : low + 1 },
    lines,
    nameOf: name,
    now: steps.includes(now) ? [{ stop: now }] : [],
  };
  return html`<rv-line-chart
    .chart=${chart}
    .hover=${store.hover.value.step}
    chooses
    @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
    @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, recording, event.detail)}
  ></rv-line-chart>`;
}
