import { html, nothing, svg, type TemplateResult } from 'lit';
import type { WordClusters, Words } from '../../data/words.ts';
import type { Colormap } from '../../state/colormap.ts';
import type { CategoryColor } from '../../ui/draw/categories.ts';
import { formatNumber, pluralize, truncate } from '../../ui/format.ts';
import { layoutClusters, links, textWidth, type Block, type ClusterLink, type ClusterLayout } from './words-model.ts';

/** Side of a square, and width of the strongest link, in CSS pixels. */
const [SQUARE, THICK] = [11, 12];
/** Characters of a word in the picture. */
const LETTERS = 18;

export interface ClusterPicture {
  readonly words: Words;
  readonly clusters: WordClusters;
  /** Words as they are printed. */
  readonly names: readonly string[];
  readonly colors: readonly CategoryColor[];
  /** Colours of the responses to the words chosen. */
  readonly responses: Colormap;
  readonly chosen: readonly number[];
  readonly unit: number;
  readonly range: readonly [number, number];
  readonly width: number;
  chooseUnit(unit: number): void;
  chooseWord(row: number): void;
  pointAt(title: string): void;
}

/** Units as squares, words as clouds, and links between their clusters. */
export function clusterPicture(picture: ClusterPicture): TemplateResult {
  const { words, clusters, width, chosen } = picture;
  const names = picture.names.map((name) => truncate(name, LETTERS));
  const layout = layoutClusters(words, clusters, names, width);
  const shown = links(clusters, picture.range);
  return html`<svg
    class="chart clusters"
    data-figure
    role="img"
    aria-label="${layout.units.length} clusters of units, ${layout.words.length} of words"
    width=${width}
    height=${layout.height}
    viewBox="0 0 ${width} ${layout.height}"
  >
    ${shown.map((link) => linkPath(link, layout, picture.responses))}
    ${layout.units.map(
      (block) => svg`${frame(block, 0, layout.unitsEnd, picture.colors, 'unit')}
      ${block.items.map(({ unit, x, y }) => square(picture, unit, x, y))}`,
    )}
    ${layout.words.map(
      (block) => svg`${frame(block, layout.wordsBegin, width - layout.wordsBegin, picture.colors, 'word')}
      ${block.items.map(({ row, x, y, size }) => {
        const order = chosen.indexOf(row);
        return svg`<text class="word ${order < 0 ? '' : 'chosen'}" x=${x} y=${y} style="font-size: ${size.toFixed(1)}px"
          @click=${() => picture.chooseWord(row)}
          @pointerenter=${() => picture.pointAt(`${picture.names[row]}: ${words.count[row]} times`)}
          >${names[row]}</text>${
            order < 0
              ? nothing
              : svg`<rect class="under" x=${x} y=${y + 3} width=${textWidth(names[row], size).toFixed(1)}
            height="3"
            fill="var(--rv-choice-${order})"></rect>`
          }`;
      })}
      ${
        block.total > block.items.length
          ? svg`<text class="head" x=${width - 6} y=${block.top + 12} text-anchor="end"
        >and ${block.total - block.items.length} more</text>`
          : nothing
      }`,
    )}
  </svg>`;
}

function frame(
  { cluster, top, height, total }: Block<unknown>,
  x: number,
  width: number,
  colors: readonly CategoryColor[],
  noun: string,
): TemplateResult {
  return svg`<rect class="block" x=${x + 0.5} y=${top + 0.5} width=${width - 1} height=${height} rx="3"></rect>
    <rect x=${x + 0.5} y=${top + 0.5} width="4" height=${height} fill=${colors[cluster].css}></rect>
    <text class="head" x=${x + 8} y=${top + 12}>${cluster + 1} · ${pluralize(total, noun)}</text>`;
}

/** Square of a unit in the colours of its responses, or of its cluster. */
function square(picture: ClusterPicture, unit: number, x: number, y: number): TemplateResult {
  const { words, clusters, chosen, colors, responses } = picture;
  const { mean, units } = words;
  const wide = SQUARE / Math.max(1, chosen.length);
  const fills = chosen.length
    ? chosen.map((row) => responses.css[Math.max(0, responses.index(mean[row * units + unit]))])
    : [colors[clusters.units[unit]].css];
  const spoken = chosen.map((row) => `${picture.names[row]} ${formatNumber(mean[row * units + unit], true)}`);
  const title = `unit ${unit}${spoken.length ? `: ${spoken.join(', ')}` : ''}`;
  return svg`<g class="unit" @click=${() => picture.chooseUnit(unit)}
    @pointerenter=${() => picture.pointAt(title)}>
    ${fills.map(
      (fill, k) =>
        svg`<rect x=${(x + k * wide).toFixed(2)} y=${y} width=${wide.toFixed(2)} height=${SQUARE} fill=${fill}></rect>`,
    )}
    <rect class=${unit === picture.unit ? 'edge now' : 'edge'} x=${x} y=${y} width=${SQUARE} height=${SQUARE}></rect>
  </g>`;
}

function linkPath({ words, units, strength, share }: ClusterLink, layout: ClusterLayout, { css }: Colormap) {
  const middle = ({ top, height }: Block<unknown>) => top + height / 2;
  const [of, to] = [
    layout.units.find(({ cluster }) => cluster === units),
    layout.words.find(({ cluster }) => cluster === words),
  ];
  if (!of || !to) return nothing;
  const [x0, x1] = [layout.unitsEnd, layout.wordsBegin];
  const bend = (x0 + x1) / 2;
  const spoken = `units of ${units + 1}, words of ${words + 1}: mean response ${formatNumber(strength, true)}`;
  return svg`<path class="link" d="M${x0} ${middle(of)}C${bend} ${middle(of)} ${bend} ${middle(to)} ${x1} ${middle(to)}"
    stroke=${css[strength < 0 ? 32 : 223]} stroke-width=${(THICK * share).toFixed(1)}><title>${spoken}</title></path>`;
}
