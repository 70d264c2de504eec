import { nothing, svg, type SVGTemplateResult } from 'lit';
import type { Errors } from '../../data/types.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import { fillOf, patterns } from '../../ui/charts/category-pattern.ts';
import { visible } from '../../state/visible-characters.ts';
import { linearScale } from '../../ui/draw/plot-scale.ts';
import { formatCount, formatNumber, truncate } from '../../ui/format.ts';
import type { LineChartModel } from '../../ui/charts/line-layout.ts';
import type { Category } from './error-model.ts';
import { percent } from './error-words.ts';

/** All charts of errors are so wide. */
export const WIDTH = 276;

export interface Parts {
  readonly categories: readonly Category[];
  readonly colors: readonly CategoryColor[];
  readonly selectedName: string | null;
  choose(category: string): void;
}

const titleOf = ({ name, share, count: errors }: Category) =>
  `${name}: ${percent(share)}, ${formatCount(errors)} ${errors === 1 ? 'error' : 'errors'}`;

/** Shares beside each other, from nothing to all errors. */
export function stackedBar({ categories, colors, selectedName, choose }: Parts): SVGTemplateResult {
  const x = linearScale(0, 1, 0, WIDTH);
  let from = 0;
  return svg`${patterns(colors)}${categories.map((category, i) => {
    const left = x.at(from);
    from += category.share;
    if (!category.share) return nothing;
    return svg`<rect class=${
      category.name === selectedName ? 'part chosen' : 'part'
    } data-name=${category.name} x=${left.toFixed(1)} y="2" width=${(x.at(from) - left).toFixed(1)} height="18"
      fill=${fillOf(colors[i])} @click=${() => choose(category.name)}><title>${titleOf(category)}</title></rect>`;
  })}
  ${[0, 0.25, 0.5, 0.75, 1].map(
    (share) =>
      svg`<text x=${x.at(share)} y="32" text-anchor=${
        share === 0 ? 'start' : share === 1 ? 'end' : 'middle'
      }>${100 * share}${share === 1 ? ' %' : ''}</text>`,
  )}`;
}

const RADIUS = 46;
const MIDDLE = WIDTH / 2;
/** Smaller parts have no name beside them. */
const NAMED = 0.04;

const rim = (share: number, radius = RADIUS) => {
  const angle = 2 * Math.PI * (share - 0.25);
  return [MIDDLE + radius * Math.cos(angle), 60 + radius * Math.sin(angle)] as const;
};
const written = (point: readonly number[]) => point.map((value) => value.toFixed(1)).join(' ');

/** The same shares around a circle, named where there is room. */
export function pie({ categories, colors, selectedName, choose }: Parts): SVGTemplateResult {
  let from = 0;
  return svg`${patterns(colors)}${categories.map((category, i) => {
    const [start, { share }] = [from, category];
    from += share;
    if (!share) return nothing;
    const whole = share > 0.999;
    const path = whole
      ? `M${written(rim(0))}${[0.5, 0].map((turn) => `A${RADIUS} ${RADIUS} 0 1 1 ${written(rim(turn))}`).join('')}Z`
      : `M${MIDDLE} 60L${written(rim(start))}A${RADIUS} ${RADIUS} 0 ${share > 0.5 ? 1 : 0} 1 ${written(rim(from))}Z`;
    const [left, top] = rim(start + share / 2, RADIUS + 6);
    return svg`<path class=${
      category.name === selectedName ? 'part chosen' : 'part'
    } data-name=${category.name} d=${path} fill=${fillOf(colors[i])} @click=${() => choose(category.name)}>
        <title>${titleOf(category)}</title></path>
      ${
        share < NAMED
          ? nothing
          : svg`<text x=${left.toFixed(1)} y=${(top + 4).toFixed(1)} text-anchor=${
              left < MIDDLE - 8 ? 'end' : left > MIDDLE + 8 ? 'start' : 'middle'
            }>${truncate(category.name, 16)}</text>`
      }`;
  })}`;
}

const ROW = 16;
export const gainHeight = (gain: Errors['gain']): number => 22 + ROW * gain.length;

/**
 * Chart of the network (dot) against the n-gram model (square) per distinct token.
 * A bar shows their difference.
 */
export function gainChart(gain: Errors['gain']): SVGTemplateResult {
  const x = linearScale(0, 1, 62, 174, 2);
  const half = 26;
  const largest = Math.max(
    ...gain.map(({ network, ngram }) => Math.abs(network - ngram)).filter(Number.isFinite),
    1e-9,
  );
  const middle = 206;
  return svg`${x.ticks.map(
    ({ value, label }) =>
      svg`<path class="grid" d="M${x.at(value)} 16V${gainHeight(gain)}"></path>
        <text x=${x.at(value)} y="10" text-anchor="middle">${label}</text>`,
  )}
    <text x=${middle} y="10" text-anchor="middle">gain</text><path class="grid" d="M${middle} 16V${gainHeight(gain)}">
      </path>
    ${gain.map(({ token, count: times, network, ngram }, i) => {
      const y = 22 + ROW * i + ROW / 2;
      const difference = network - ngram;
      const [a, b] = [x.at(network), x.at(ngram)];
      const counted = `${visible(token)}, ${formatCount(times)} times`;
      if (!Number.isFinite(difference)) return nothing;
      return svg`<g class="token" data-token=${token} data-gain=${difference.toFixed(4)}>
        <title>${counted}: network ${network.toFixed(3)}, n-gram ${ngram.toFixed(3)}</title>
        <rect class="room" x="0" y=${y - ROW / 2} width=${WIDTH} height=${ROW}></rect>
        <text class="ink" x="0" y=${y + 4}>${truncate(visible(token), 5)}</text>
        <text x="56" y=${y + 4} text-anchor="end">${formatCount(times)}</text>
        <path class="join" d="M${a.toFixed(1)} ${y}H${b.toFixed(1)}"></path>
        <rect class="ngram" x=${(b - 3).toFixed(1)} y=${y - 3} width="6" height="6"></rect>
          <circle class="network" cx=${a.toFixed(1)} cy=${y} r="3.5"></circle>
        <path class=${difference < 0 ? 'gained lost' : 'gained'} d="M${middle} ${y}h${(
          (half * difference) /
          largest
        ).toFixed(1)}"></path>
        <text class="ink" x=${WIDTH} y=${y + 4} text-anchor="end">${formatNumber(difference, true)}</text></g>`;
    })}`;
}

/** Bins of the x axis that are all labelled; of more, every second one is. */
const LABELLED_BINS = 6;

/** Line chart of the probability of closing brackets by distance to the opening one. */
export function closingChart(closing: Errors['closing'], [network, ngram]: readonly string[]): LineChartModel {
  const at = closing.map((_, i) => i);
  return {
    label: 'Mean probability of closing brackets by the distance to the opening one',
    x: {
      low: 0,
      high: closing.length - 1,
      inset: 12,
      ticks: closing.flatMap(({ first, count }, i) =>
        closing.length > LABELLED_BINS && i % 2 ? [] : [{ value: i, label: String(first), note: formatCount(count) }],
      ),
      title: 'tokens back; number of brackets',
    },
    y: { low: 0, high: 1 },
    lines: [
      {
        name: 'network',
        label: '',
        color: network,
        at,
        values: closing.map((bin) => bin.network),
        marker: () => ({ filled: true, radius: 3.5 }),
      },
      {
        name: 'n-gram',
        label: '',
        color: ngram,
        dash: '4 3',
        at,
        values: closing.map((bin) => bin.ngram),
        marker: () => ({ filled: false, shape: 'square' }),
      },
    ],
    nameOf: (i) => {
      const { first, end, count } = closing[i];
      const tokens = end - 1 === first ? String(first) : `${first}–${end - 1}`;
      return `${tokens} tokens back, ${formatCount(count)} brackets`;
    },
    now: [],
  };
}
