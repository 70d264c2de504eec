import { html, type TemplateResult } from 'lit';
import type { Picked } from '../../ui/charts/scatter-chart.ts';
import { quadrantPoints, quadrantScatter } from './quadrant.ts';
import type { Row } from './finding-rows.ts';
import type { FindingsContext } from './findings-context.ts';

/**
 * Scatter chart of findings by association and ablation effect.
 * Picking a point selects its row. The script of the chart loads when it is first needed.
 */
export function quadrantPlot(rows: readonly Row[], showing: FindingsContext): TemplateResult {
  void import('../../ui/charts/scatter-chart.ts');
  const points = quadrantPoints(rows);
  return html`<rv-scatter-chart
    data-figure
    class="quadrant"
    .scatter=${quadrantScatter(points, showing)}
    @rv-over=${(event: CustomEvent<number | null>) =>
      showing.hover(event.detail === null ? null : points[event.detail].row)}
    @rv-pick=${(event: CustomEvent<Picked>) => showing.choose(points[event.detail.index].row)}
  ></rv-scatter-chart>`;
}
