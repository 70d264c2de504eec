import { nothing, svg, type SVGTemplateResult } from 'lit';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import { areaPath, nearest } from '../../ui/draw/curve.ts';
import { linearScale } from '../../ui/draw/plot-scale.ts';
import { fillOf, patterns, WIDTH } from './error-charts.ts';
import type { History } from './error-model.ts';

export const HISTORY_HEIGHT = 132;
const [LEFT, TOP, BOTTOM] = [38, 8, HISTORY_HEIGHT - 18];

const across = ({ steps }: History) => linearScale(steps[0] ?? 0, steps.at(-1) ?? 0, LEFT, WIDTH - 6);

/** The step that was read nearest to a place in the chart; null where none was. */
export function stepAt(history: History, x: number): number | null {
  const i = nearest(history.steps, across(history).valueAt(x));
  return i < 0 ? null : history.steps[i];
}

export interface Marks {
  /** The step chosen. */
  readonly now: number;
  readonly hover: number | null;
}

/** Errors by category, stacked, over all steps. A single step is drawn as a column. */
export function historyChart(
  history: History,
  colors: readonly CategoryColor[],
  { now, hover }: Marks,
): SVGTemplateResult {
  const { steps, names, edges } = history;
  const x = across(history);
  const y = linearScale(0, Math.max(0.001, ...edges[edges.length - 1]), BOTTOM, TOP, 3);
  const alone = steps.length === 1;
  const layer = (i: number) => {
    if (!alone) return areaPath(steps, edges[i], edges[i + 1], x, y);
    const [bottom, top] = [y.at(edges[i][0]), y.at(edges[i + 1][0])].map((value) => value.toFixed(1));
    return `M${x.at(steps[0]) - 20} ${bottom}V${top}h40V${bottom}Z`;
  };
  const rule = (step: number, name: string) =>
    svg`<path class=${name} d="M${x.at(step).toFixed(1)} ${TOP - 4}V${BOTTOM}"></path>`;
  const ends = alone ? [steps[0]] : [steps[0], steps[steps.length - 1]];
  return svg`${patterns(colors)}
    ${y.ticks.map(
      ({ value }) =>
        svg`<path class="grid" d="M${LEFT} ${y.at(value)}H${WIDTH - 6}"></path>
          <text x=${LEFT - 4} y=${y.at(value) + 4} text-anchor="end">${Number((100 * value).toFixed(2))} %</text>`,
    )}
    ${names.map(
      (name, i) =>
        svg`<path class="area" data-name=${name} d=${layer(i)} fill=${fillOf(colors[i])}><title>${name}</title></path>`,
    )}
    ${ends.map(
      (step, i) =>
        svg`<text x=${x.at(step)} y=${HISTORY_HEIGHT - 4} text-anchor=${
          alone ? 'middle' : i ? 'end' : 'start'
        }>${step}</text>`,
    )}
    ${steps.includes(now) ? rule(now, 'now') : nothing}
    ${hover !== null && hover !== now && steps.includes(hover) ? rule(hover, 'hover') : nothing}`;
}
