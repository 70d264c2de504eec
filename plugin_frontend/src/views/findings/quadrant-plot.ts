import { css, html, LitElement, nothing, svg, type SVGTemplateResult } from 'lit';
import { tickLabel } from '../../ui/draw/axes.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { controls } from '../../ui/theme.ts';
import { formatCount, formatNumber, truncate, spaced } from '../../ui/format.ts';
import { layoutQuadrant, type Corner, type Mark, type QuadrantPicture } from './quadrant.ts';
import type { Row } from './rows.ts';
import type { Showing } from './showing.ts';

const LABELLED = 14;

/** Scatter plot of association (to the right) against ablation effect (upwards). */
export class QuadrantPlot extends LitElement {
  static override properties = { rows: { attribute: false }, showing: { attribute: false } };
  declare rows: readonly Row[];
  declare showing: Showing;
  private readonly room = new ResizeController(this);

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        min-height: 140px;
        min-width: 0;
        overflow: hidden;
        font-size: 11px;
      }
      svg {
        display: block;
      }
      text {
        fill: var(--rv-muted);
        font:
          11px Roboto,
          'Helvetica Neue',
          Arial,
          sans-serif;
      }
      .frame {
        fill: none;
        stroke: var(--rv-line);
      }
      .divide {
        stroke: var(--rv-muted);
        stroke-dasharray: 3 3;
      }
      .grid {
        stroke: var(--rv-line);
      }
      .whisker {
        fill: none;
        stroke: currentColor;
        opacity: 0.55;
      }
      .dot {
        stroke: currentColor;
        stroke-width: 1.5;
        fill: var(--rv-page);
      }
      .used .dot {
        fill: currentColor;
      }
      .join {
        stroke: var(--rv-muted);
        opacity: 0.5;
      }
      .mark {
        cursor: pointer;
        color: var(--rv-ink);
        outline: none;
      }
      .mark.chance {
        color: var(--rv-muted);
      }
      .mark .reach {
        fill: transparent;
        stroke: none;
      }
      .mark.hovered .reach,
      .mark:focus-visible .reach {
        stroke: var(--rv-accent);
        stroke-width: 1.5;
      }
      .mark.chosen .reach {
        stroke: var(--rv-accent);
        stroke-width: 2.5;
      }
      .mark text {
        fill: var(--rv-ink);
        pointer-events: none;
      }
      .rug .dot {
        stroke-width: 1.5;
      }
    `,
  ];

  constructor() {
    super();
    this.rows = [];
  }

  override render() {
    const { width, height } = this.room;
    if (width < 1 || height < 1) return nothing;
    const picture = layoutQuadrant(this.rows, width, height);
    const all = [...picture.marks, ...picture.unmeasured];
    const stop = all.find(({ row }) => row.key === this.showing.chosen) ?? all[0];
    const labelled = labelsOf(picture, this.showing);
    return html`<svg
      class="chart"
      width=${width}
      height=${height}
      viewBox="0 0 ${width} ${height}"
      role="group"
      aria-label="Association (effect size) against ablation effect"
      @keydown=${this.keyed}
      @pointerleave=${() => this.showing.hover(null)}
    >
      ${this.ground(picture)} ${joins(picture)}
      ${picture.unmeasured.map((mark) => this.rug(mark, picture, mark === stop))}
      ${picture.marks.map((mark) => this.mark(mark, mark === stop, labelled.get(mark) ?? null))}
    </svg>`;
  }

  private ground({ box, corners, xTicks, yTicks, chance, zero, unmeasured }: QuadrantPicture): SVGTemplateResult {
    const { left, top, right, bottom } = box;
    return svg`<rect class="frame" x=${left} y=${top} width=${right - left} height=${bottom - top}></rect>
      ${xTicks.map(
        ({ value, at, step }) =>
          svg`<text x=${at} y=${bottom + 22} text-anchor="middle">${tickLabel(value, step)}</text>`,
      )}
      ${yTicks.map(
        ({ value, at, step }) =>
          svg`<path class="grid" d="M${left - 4} ${at}h4"></path>
            <text x=${left - 6} y=${at + 4} text-anchor="end">${tickLabel(value, step)}</text>`,
      )}
      <path class="divide" d="M${left} ${zero}H${right}"></path>
      ${
        chance
          ? svg`<path class="divide" d="M${chance.at} ${top}V${bottom}"><title>${
              `The smallest effect above chance among those shown: ${formatNumber(chance.level.above)}. ` +
              'Chance ends there or below.'
            }</title></path>`
          : nothing
      }
      <text x=${right} y=${bottom + 37} text-anchor="end">effect, its size, sd</text>
      <text x=${left} y=${bottom + 37}>${
        unmeasured.length ? `| ${formatCount(unmeasured.length)} not measured` : ''
      }</text>
      <text transform="translate(11 ${(top + bottom) / 2}) rotate(-90)"
        text-anchor="middle">is used, nats per token</text>
      ${corners.map((corner) => this.corner(corner, box))}`;
  }

  private corner(
    { name, count: n, right, top }: Corner,
    box: QuadrantPicture['box'],
  ): SVGTemplateResult | typeof nothing {
    if (!right && !n) return nothing;
    return svg`<text class="corner" x=${
      right ? box.right - 6 : box.left + 6
    } y=${top ? box.top + 14 : box.bottom - 6} text-anchor=${right ? 'end' : 'start'}>${`${name} · ${n}`}</text>`;
  }

  private mark(mark: Mark, stop: boolean, label: string | null): SVGTemplateResult {
    const { x, y, low, high, use } = mark;
    const dot =
      use === 'used elsewhere'
        ? svg`<path class="dot" d="M${x} ${y - 5.5}l5.5 5.5l-5.5 5.5l-5.5 -5.5z"></path>`
        : svg`<circle class="dot" cx=${x} cy=${y} r="4"></circle>`;
    return this.pressable(
      mark,
      stop,
      svg`<path class="whisker" d="M${x} ${low}V${high}M${x - 3} ${low}h6M${x - 3} ${high}h6">
        </path>${dot}<circle class="reach" cx=${x} cy=${y} r="9"></circle>
      ${label === null ? nothing : svg`<text x=${x + 8} y=${y - 5}>${label}</text>`}`,
    );
  }

  private rug(mark: Mark, { box }: QuadrantPicture, stop: boolean): SVGTemplateResult {
    return this.pressable(
      mark,
      stop,
      svg`<path class="dot" d="M${mark.x} ${box.bottom + 1}v8"></path>
        <rect class="reach" x=${mark.x - 3} y=${box.bottom} width="6" height="11"></rect>`,
    );
  }

  private pressable(mark: Mark, stop: boolean, drawing: SVGTemplateResult): SVGTemplateResult {
    const { row, use, found, recording, quadrant } = mark;
    const { showing } = this;
    const classes = [
      'mark',
      use === 'used' ? 'used' : '',
      quadrant ? '' : 'rug',
      found.q > 0.05 ? 'chance' : '',
      row.key === showing.chosen ? 'chosen' : '',
      showing.isHovered(row) ? 'hovered' : '',
    ];
    const said = sayMark(mark, showing.recordings.length > 1 ? showing.recordings[recording].letter : '');
    return svg`<g class=${classes.filter(Boolean).join(' ')} role="button" tabindex=${stop ? 0 : -1} aria-pressed=${
      row.key === showing.chosen
    } aria-label=${said} data-unit=${row.pin.unit} data-x=${mark.x} data-quadrant=${quadrant ?? 'not measured'}
      style=${showing.recordings.length > 1 ? `color:${showing.recordings[recording].color}` : ''} @click=${() =>
        showing.choose(row)} @pointerenter=${() => showing.hover(row)}><title>${said}</title>${drawing}</g>`;
  }

  /** Left and right go from mark to mark, Enter chooses. */
  private readonly keyed = (event: KeyboardEvent): void => {
    const marks = [...this.renderRoot.querySelectorAll<SVGGElement>('.mark')].sort(
      (a, b) => Number(a.dataset.x) - Number(b.dataset.x),
    );
    const at = marks.indexOf(event.target as SVGGElement);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: marks.length - 1 }[event.key];
    if (to === undefined && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (to !== undefined) marks[Math.max(0, Math.min(marks.length - 1, to))]?.focus();
    else (event.target as Element).dispatchEvent(new MouseEvent('click'));
  };
}
customElements.define('rv-quadrant', QuadrantPlot);

function sayMark({ row: { pin }, found, use, quadrant }: Mark, letter: string): string {
  const where =
    `${letter ? `${letter}: ` : ''}${truncate(pin.feature)}, ${pin.layer} ${spaced(pin.quantity)} ${pin.unit}: ` +
    `effect ${formatNumber(found.effect, true)}`;
  if (!found.ablation || !use) return `${where}, ablation effect not measured`;
  const { effect, low, high } = found.ablation;
  return (
    `${where}, ${use} ${formatNumber(effect, true)} nats ` +
    `[${formatNumber(low)}, ${formatNumber(high)}]: ${quadrant}`
  );
}

/** The same link in several recordings is one line. */
function joins({ marks }: QuadrantPicture): SVGTemplateResult[] {
  const byRow = new Map<string, Mark[]>();
  for (const mark of marks) byRow.set(mark.row.key, [...(byRow.get(mark.row.key) ?? []), mark]);
  return [...byRow.values()].flatMap((found) =>
    found
      .slice(1)
      .map((mark, i) => svg`<path class="join" d="M${found[i].x} ${found[i].y}L${mark.x} ${mark.y}"></path>`),
  );
}

/** Labels of marks, as far as there is room, the chosen one first. */
function labelsOf({ marks, box }: QuadrantPicture, { chosen, recordings }: Showing): ReadonlyMap<Mark, string> {
  const labels = new Map<Mark, string>();
  const taken: { x: number; y: number; width: number }[] = [];
  const first = [...marks].sort(
    (a, b) =>
      Number(b.row.key === chosen) - Number(a.row.key === chosen) || Number(b.row.pinned) - Number(a.row.pinned),
  );
  for (const mark of first.slice(0, LABELLED)) {
    const text = `${
      recordings.length > 1 ? `${recordings[mark.recording].letter} ` : ''
    }${truncate(mark.row.pin.feature, 14)} ${mark.row.pin.unit}`;
    const place = { x: mark.x + 8, y: mark.y - 5, width: 6.2 * text.length };
    if (place.x + place.width > box.right || place.y < box.top + 10) continue;
    if (taken.some(({ x, y, width }) => Math.abs(y - place.y) < 12 && place.x < x + width && x < place.x + place.width))
      continue;
    taken.push(place);
    labels.set(mark, text);
  }
  return labels;
}
