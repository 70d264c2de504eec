import { html, nothing, svg, type TemplateResult } from 'lit';
import { niceStep, tickLabel } from '../../ui/draw/axes.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import type { WordSpread } from '../../data/words.ts';
import { formatNumber, truncate } from '../../ui/format.ts';
import { strongestWords } from './words-model.ts';

const [HEIGHT, LEFT, BOTTOM, TOP] = [150, 44, 18, 6];
/** Words with a box. */
const BOXES = 16;
const ROW = 18;

export interface NamedSpread {
  readonly name: string;
  readonly spread: WordSpread;
  /** Index of its colour. */
  readonly color: number;
}

const limitsOf = (values: readonly (readonly number[])[]): readonly [number, number] => {
  const finite = values.flat().filter(Number.isFinite);
  const [low, high] = [Math.min(0, ...finite), Math.max(0, ...finite)];
  return high > low ? [low, high] : [low - 1, high + 1];
};

const ticksOf = ([low, high]: readonly [number, number]) => {
  const step = niceStep((high - low) / 4);
  const first = Math.ceil(low / step);
  return {
    step,
    ticks: Array.from({ length: Math.floor(high / step) - first + 1 }, (_, k) => (first + k) * step),
  };
};

/** Responses of all units to some words, with bands, and the change at a token. */
export function responseCurves(
  spreads: readonly NamedSpread[],
  order: readonly number[],
  actual: readonly number[] | null,
  width: number,
  unit: number,
  choose: (unit: number) => void,
): TemplateResult {
  const limits = limitsOf([...spreads.flatMap(({ spread }) => spread.quantiles), ...(actual ? [actual] : [])]);
  const { step, ticks } = ticksOf(limits);
  const inner = Math.max(40, width - LEFT - 6);
  const x = (k: number) => LEFT + (inner * (k + 0.5)) / order.length;
  const y = (value: number) => TOP + ((limits[1] - value) / (limits[1] - limits[0])) * (HEIGHT - TOP - BOTTOM);
  const at = (values: readonly number[]) =>
    order.flatMap((one, k) =>
      Number.isFinite(values[one]) ? [`${x(k).toFixed(1)} ${y(values[one]).toFixed(1)}`] : [],
    );
  const band = (low: readonly number[], high: readonly number[]) =>
    `M${[...at(low), ...at(high).reverse()].join('L')}Z`;
  const now = order.indexOf(unit);
  const pick = (event: MouseEvent) => {
    const box = (event.currentTarget as Element).getBoundingClientRect();
    const k = Math.floor(((event.clientX - box.left - LEFT) / inner) * order.length);
    if (k >= 0 && k < order.length) choose(order[k]);
  };
  return html`<svg
    class="chart"
    data-figure
    role="img"
    aria-label="Responses of ${order.length} units to ${spreads.map(({ name }) => name).join(', ')}"
    width=${width}
    height=${HEIGHT}
    @click=${pick}
  >
    ${ticks.map(
      (tick) => svg`<path class=${tick === 0 ? 'zero' : 'grid'} d="M${LEFT} ${y(tick).toFixed(1)}H${width - 6}"></path>
      <text x=${LEFT - 4} y=${(y(tick) + 4).toFixed(1)} text-anchor="end">${tickLabel(tick, step)}</text>`,
    )}
    ${
      now < 0
        ? nothing
        : svg`<path class="axis" stroke-dasharray="2 2" d="M${x(now).toFixed(1)} ${TOP}V${HEIGHT - BOTTOM}"></path>`
    }
    ${spreads.map(
      ({ spread: { quantiles, mean }, color }) => svg`
      <path d=${band(quantiles[0], quantiles[4])} fill="var(--rv-choice-${color})" opacity="0.16"></path>
      <path d=${band(quantiles[1], quantiles[3])} fill="var(--rv-choice-${color})" opacity="0.3"></path>
      <path d="M${at(mean).join('L')}" fill="none" stroke="var(--rv-choice-${color})" stroke-width="1.5"></path>`,
    )}
    ${actual ? svg`<path class="actual" d="M${at(actual).join('L')}"></path>` : nothing}
    <text x=${LEFT} y=${HEIGHT - 4}>units, from the highest response to ${truncate(spreads[0]?.name ?? '', 14)}</text>
  </svg>`;
}

/** Boxes of the words that a unit responds to most: 25 to 75 %, whiskers 9 to 91 %. */
export function responseBoxes(
  { mean, quantiles }: WordSpread,
  names: readonly string[],
  colorOf: (row: number) => CategoryColor | null,
  width: number,
  unit: number,
  choose: (row: number) => void,
): TemplateResult {
  const rows = strongestWords(mean, BOXES);
  const limits = limitsOf(quantiles.map((values) => rows.map((row) => values[row])));
  const { step, ticks } = ticksOf(limits);
  const left = 96;
  const x = (value: number) => left + ((value - limits[0]) / (limits[1] - limits[0])) * (width - left - 10);
  const height = rows.length * ROW + BOTTOM;
  return html`<svg
    class="chart boxes"
    data-figure
    role="img"
    aria-label="Words that unit ${unit} responds to most: ${rows.map((row) => names[row]).join(', ')}"
    width=${width}
    height=${height}
  >
    ${ticks.map(
      (tick) => svg`<path class=${tick === 0 ? 'zero' : 'grid'} d="M${x(tick).toFixed(1)} 0V${height - BOTTOM}"></path>
      <text x=${x(tick).toFixed(1)} y=${height - 5} text-anchor="middle">${tickLabel(tick, step)}</text>`,
    )}
    ${rows.map((row, k) => {
      const [p9, p25, p50, p75, p91] = quantiles.map((values) => x(values[row]));
      const y = k * ROW + ROW / 2;
      const fill = colorOf(row)?.css ?? 'var(--rv-bar)';
      return svg`<g class="box" @click=${() => choose(row)}>
        <title>${names[row]}: ${formatNumber(mean[row], true)}</title>
        <rect class="ground" x="0" y=${k * ROW} width=${width} height=${ROW}></rect>
        <text class="word" x=${left - 6} y=${y + 4} text-anchor="end">${truncate(names[row], 12)}</text>
        <path class="axis" d="M${p9.toFixed(1)} ${y}H${p91.toFixed(1)}"></path>
        <rect x=${p25.toFixed(1)} y=${y - 5} width=${Math.max(1, p75 - p25).toFixed(1)} height="10" fill=${fill}></rect>
        <path class="median" d="M${p50.toFixed(1)} ${y - 6}v12"></path></g>`;
    })}
  </svg>`;
}
