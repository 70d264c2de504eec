import { nothing, svg, type SVGTemplateResult } from 'lit';
import type { Errors } from '../../data/types.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import { BAND_HEIGHT, BAND_PATHS, BAND_WIDTH } from '../../ui/draw/category-band.ts';
import { linePath } from '../../ui/draw/curve.ts';
import { visible } from '../../state/visible-characters.ts';
import { linearScale } from '../../ui/draw/plot-scale.ts';
import { formatCount, formatNumber, truncate } from '../../ui/format.ts';
import type { Category } from './error-model.ts';
import { percent } from './error-words.ts';

/** All charts of errors are so wide. */
export const WIDTH = 276;

const idOf = ({ css }: CategoryColor) => `errors-${css.replace(/\D+/g, '-')}`;
export const fillOf = (color: CategoryColor) => `url(#${idOf(color)})`;

/** Pattern definitions of the category colours; `fillOf` refers to them. */
export const patterns = (colors: readonly CategoryColor[]): SVGTemplateResult =>
  svg`<defs>${colors.map(
    (color) => svg`
  <pattern id=${idOf(color)} width=${BAND_WIDTH} height=${BAND_HEIGHT} patternUnits="userSpaceOnUse">
    <rect width=${BAND_WIDTH} height=${BAND_HEIGHT} fill=${color.css}></rect>
    <path d=${BAND_PATHS[color.mark]} fill="none" stroke=${color.ink} stroke-opacity="0.55" stroke-width="0.7"></path>
  </pattern>`,
  )}</defs>`;

export interface Parts {
  readonly categories: readonly Category[];
  readonly colors: readonly CategoryColor[];
  readonly chosen: string | null;
  choose(category: string): void;
}

const titleOf = ({ name, share, count: errors }: Category) =>
  `${name}: ${percent(share)}, ${formatCount(errors)} ${errors === 1 ? 'error' : 'errors'}`;

/** Shares beside each other, from nothing to all errors. */
export function stackedBar({ categories, colors, chosen, choose }: Parts): SVGTemplateResult {
  const x = linearScale(0, 1, 0, WIDTH);
  let from = 0;
  return svg`${patterns(colors)}${categories.map((category, i) => {
    const left = x.at(from);
    from += category.share;
    if (!category.share) return nothing;
    return svg`<rect class=${
      category.name === chosen ? 'part chosen' : 'part'
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
export function pie({ categories, colors, chosen, choose }: Parts): SVGTemplateResult {
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
      category.name === chosen ? 'part chosen' : 'part'
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

export const CLOSING_HEIGHT = 140;

/** Mean probability of closing brackets by how far back the opening one stands. */
export function closingChart(closing: Errors['closing']): SVGTemplateResult {
  const y = linearScale(0, 1, CLOSING_HEIGHT - 40, 8, 2);
  const x = linearScale(0, Math.max(1, closing.length - 1), 40, WIDTH - 16);
  const places = closing.map((_, i) => (closing.length > 1 ? i : 0.5));
  const lines = [
    ['network', closing.map(({ network }) => network)],
    ['ngram', closing.map(({ ngram }) => ngram)],
  ] as const;
  return svg`${y.ticks.map(
    ({ value, label }) =>
      svg`<path class="grid" d="M24 ${y.at(value)}H${WIDTH}"></path>
        <text x="20" y=${y.at(value) + 4} text-anchor="end">${label}</text>`,
  )}
    ${lines.map(([name, values]) => svg`<path class="line ${name}" d=${linePath(places, values, x, y)}></path>`)}
    ${closing.map(({ first, end, count: brackets, network, ngram }, i) => {
      const left = x.at(places[i]);
      const tokens = end - 1 === first ? String(first) : `${first}–${end - 1}`;
      const crowded = closing.length > 6 && i % 2 === 1;
      const counted = `${tokens} tokens back, ${formatCount(brackets)} brackets`;
      return svg`<g class="bin" data-first=${first}>
        <title>${counted}: network ${formatNumber(network)}, n-gram ${formatNumber(ngram)}</title>
        <rect class="room" x=${(left - 10).toFixed(1)} y="0" width="20" height=${CLOSING_HEIGHT}></rect>
        ${
          Number.isFinite(ngram)
            ? svg`<rect class="ngram" x=${(left - 3).toFixed(1)} y=${(y.at(ngram) - 3).toFixed(1)}
                width="6" height="6"></rect>`
            : nothing
        }
        ${
          Number.isFinite(network)
            ? svg`<circle class="network" cx=${left.toFixed(1)} cy=${y.at(network).toFixed(1)} r="3.5"></circle>`
            : nothing
        }
        ${
          crowded
            ? nothing
            : svg`<text x=${left.toFixed(1)} y=${CLOSING_HEIGHT - 18} text-anchor="middle">${first}</text>
              <text x=${left.toFixed(1)} y=${CLOSING_HEIGHT - 4} text-anchor="middle">${formatCount(brackets)}</text>`
        }</g>`;
    })}
    <text x="0" y=${CLOSING_HEIGHT - 18}>back</text><text x="0" y=${CLOSING_HEIGHT - 4}>count</text>`;
}
