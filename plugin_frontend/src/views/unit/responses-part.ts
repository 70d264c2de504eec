import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { Hypothesis, UnitReport } from '../../data/types.ts';
import { lagsOf } from '../../ui/draw/response-line.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { capital, chance, count, figure, short } from '../../ui/format.ts';
import { SIGNIFICANT, whyNoResponse } from '../../state/finding-context.ts';
import { circumstancesOf } from '../../ui/chosen-layer.ts';
import type { Side } from '../../state/store.ts';
import { loaded, overlaid, Part, partStyle } from '../../ui/view-part.ts';
import { commonScale, smallResponse } from './response-multiples.ts';

const [WIDTH, HEIGHT] = [140, 40];
const FIRST = 12;

/** What the unit does around each feature, and how strongly it goes with it. */
export class ResponsesPart extends Part {
  static override properties = { ...Part.properties, all: { state: true } };
  declare private all: boolean;

  static override styles = [
    ...partStyle,
    css`
      .tiles button {
        height: auto;
        padding: 2px 4px;
        text-align: left;
        border-color: transparent;
        display: block;
        white-space: normal;
      }
      .tiles button[aria-pressed='true'] {
        border-color: var(--rv-accent);
      }
      .what {
        display: flex;
        justify-content: space-between;
        gap: 8px;
      }
      .name {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        min-width: 0;
      }
      svg {
        display: block;
        width: 100%;
        height: 40px;
      }
      .chance-band {
        fill: var(--rv-muted);
        opacity: 0.28;
      }
      .mean {
        fill: none;
        stroke: var(--rv-ink);
        stroke-width: 1.5;
        stroke-linejoin: round;
        vector-effect: non-scaling-stroke;
      }
      .here {
        stroke: var(--rv-muted);
        stroke-dasharray: 2 2;
        vector-effect: non-scaling-stroke;
      }
      .chance {
        color: var(--rv-muted);
      }
      .chance .mean {
        stroke: var(--rv-bar);
      }
      .none {
        height: 40px;
        display: flex;
        align-items: center;
        color: var(--rv-muted);
        font-size: 11px;
      }
      .verdict {
        font-size: 11px;
        color: var(--rv-muted);
      }
    `,
  ];

  constructor() {
    super();
    this.all = false;
  }

  override render() {
    return html`<section aria-label="Features">
      <h3>Around each feature</h3>
      ${loaded(this.side.sources.report.value, 'Holding the unit against every feature…', (report) => this.report(report))}${this.others.notes}
    </section>`;
  }

  /** What the recordings laid over the first say of their unit. */
  private get others() {
    return overlaid(this.over, ({ sources }) => sources.report.value);
  }

  private report({ hypotheses, tests }: UnitReport): TemplateResult {
    if (!hypotheses.length) return html`<p class="message">No feature could be tested.</p>`;
    const { found } = this.others;
    const scale = commonScale([hypotheses, ...found.map(({ value }) => value.hypotheses)].flat());
    const listed = this.all ? hypotheses : hypotheses.slice(0, FIRST);
    const some = hypotheses.find(({ response }) => response)?.response;
    const lags = some ? lagsOf(some) : 0;
    return html`<div class="tiles">
        ${listed.map((h) =>
          this.tile(
            h,
            scale,
            some !== undefined,
            found.flatMap(({ side, value }) =>
              value.hypotheses.filter(({ feature }) => feature === h.feature).map((link) => ({ side, link })),
            ),
          ),
        )}
      </div>
      <p class="muted">
        ${some ? `Mean activity from ${lags} tokens before the feature to ${lags} behind it, all on one scale from ${figure(scale[0])} to ${figure(scale[1])}; grey: what chance gives. ` : `Around them not measured: ${whyNoResponse(hypotheses[0], this.circumstances)}. `}q
        over ${count(tests)} tests.
        ${hypotheses.length > FIRST ? html`<button @click=${() => (this.all = !this.all)}>${this.all ? 'Fewer' : `All ${count(hypotheses.length)} features`}</button>` : nothing}
      </p>`;
  }

  private get circumstances() {
    return circumstancesOf(this.store, this.side, false);
  }

  private tile(
    h: Hypothesis,
    scale: readonly [number, number],
    any: boolean,
    others: readonly Other[],
  ): TemplateResult {
    const stands = h.q <= SIGNIFICANT;
    const { response } = h;
    const words = stands ? (response && response.label !== 'none' ? response.label : '') : 'not above chance';
    return html`<button
      class=${stands ? '' : 'chance'}
      aria-pressed=${this.store.selection.value?.feature === h.feature ? 'true' : 'false'}
      data-feature=${h.feature}
      title="Choose the feature ${h.feature}"
      @click=${() => this.store.select({ feature: h.feature })}
    >
      <span class="what"
        ><span class="name">${short(h.feature)}</span
        ><span class="number" title="difference of the means in standard deviations"
          >${figure(h.effect, true)}</span
        ></span
      >
      ${response ? picture(response, scale, this.side, others, this.store.dark.value) : any ? html`<span class="none">${capital(whyNoResponse(h, this.circumstances))}</span>` : nothing}
      <span class="what verdict"
        ><span>${words}</span><span class="number">${Number.isNaN(h.q) ? nothing : `q ${chance(h.q)}`}</span></span
      >
      ${others.map(
        ({ side: { letter }, link }) =>
          html`<span class="what verdict"
            ><span>${letter} <span class="number">${figure(link.effect, true)}</span></span
            ><span class="number">${Number.isNaN(link.q) ? nothing : `q ${chance(link.q)}`}</span></span
          >`,
      )}
    </button>`;
  }
}
customElements.define('rv-unit-responses', ResponsesPart);

/** The same feature in another recording. */
interface Other {
  readonly side: Side;
  readonly link: Hypothesis;
}

function picture(
  response: NonNullable<Hypothesis['response']>,
  scale: readonly [number, number],
  side: Side,
  others: readonly Other[],
  dark: boolean,
): TemplateResult {
  const { path, band } = smallResponse(response, scale, WIDTH, HEIGHT);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`
    <rect class="chance-band" x="0" y=${band.y.toFixed(2)} width=${WIDTH} height=${band.height.toFixed(2)}></rect>
    <path class="here" d="M${WIDTH / 2} 0V${HEIGHT}"></path>${others.length ? lineOf(path, side, dark) : svg`<path class="mean" d=${path}></path>`}
    ${others.map(({ side, link }) => (link.response ? lineOf(smallResponse(link.response, scale, WIDTH, HEIGHT).path, side, dark) : nothing))}`}
  </svg>`;
}

function lineOf(path: string, { series }: Side, dark: boolean) {
  const { color, dash } = strokeOf(series, dark);
  return svg`<path class="mean" style="stroke:${color}" stroke-dasharray=${dash.join(' ') || nothing} d=${path}></path>`;
}
