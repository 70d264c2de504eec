import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { UnitReport } from '../../data/unit-report.ts';
import type { Finding } from '../../data/types.ts';
import { commonScale, lagsOf, responsePicture, type Scale } from '../../ui/draw/response-line.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { capital, formatPValue, formatCount, formatNumber, truncate } from '../../ui/format.ts';
import { SIGNIFICANT, whyNoResponse } from '../../state/finding-context.ts';
import { findingContextOf } from '../../ui/chosen-layer.ts';
import type { ComparedRecording } from '../../state/store.ts';
import { loaded, overlaid, Part, partStyle, tileButtonStyle } from '../../ui/view-part.ts';
import { emptyPanel } from '../../ui/state-panel.ts';
import { wordingOf } from '../../state/wording.ts';

const [WIDTH, HEIGHT] = [140, 40];
const FIRST = 12;

/** Responses of the unit around each feature, with their associations. */
export class ResponsesPart extends Part {
  static override properties = { ...Part.properties, all: { state: true } };
  declare private all: boolean;

  static override styles = [
    ...partStyle,
    tileButtonStyle,
    css`
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
      ${loaded(this.recording.data.report.value, 'Holding the unit against every feature…', (report) =>
        this.report(report),
      )}${this.others.notes}
    </section>`;
  }

  /** Findings of the unit in the recordings laid over the first. */
  private get others() {
    return overlaid(this.over, ({ data }) => data.report.value);
  }

  private report({ findings, tests }: UnitReport): TemplateResult {
    if (!findings.length) return emptyPanel('No feature could be tested.');
    const { results } = this.others;
    const scale = commonScale(
      [findings, ...results.map(({ value }) => value.findings)]
        .flat()
        .flatMap(({ response }) => (response && response.at !== 'value' ? response : [])),
    );
    const listed = this.all ? findings : findings.slice(0, FIRST);
    const some = findings.find(({ response }) => response)?.response;
    const lags = some ? lagsOf(some) : 0;
    return html`<div class="tiles">
        ${listed.map((h) =>
          this.tile(
            h,
            scale,
            some !== undefined,
            results.flatMap(({ recording, value }) =>
              value.findings.filter(({ feature }) => feature === h.feature).map((link) => ({ recording, link })),
            ),
          ),
        )}
      </div>
      <p class="muted">
        ${
          some
            ? wordingOf(this.store)(`Mean activity from ${lags} tokens before the feature to ${lags} behind it, `) +
              `all on one scale from ${formatNumber(scale[0])} to ${formatNumber(scale[1])}; of a number its ` +
              'correlation with the unit, from −1 to 1; grey: what chance gives. '
            : `Around them not measured: ${whyNoResponse(findings[0], this.circumstances)}. `
        }q
        over ${formatCount(tests)} tests.
        ${
          findings.length > FIRST
            ? html`<button @click=${() => (this.all = !this.all)}>
                ${this.all ? 'Fewer' : `All ${formatCount(findings.length)} features`}
              </button>`
            : nothing
        }
      </p>`;
  }

  private get circumstances() {
    return findingContextOf(this.store, this.recording, false);
  }

  private tile(h: Finding, scale: Scale, any: boolean, others: readonly Other[]): TemplateResult {
    const stands = h.q <= SIGNIFICANT;
    const { response } = h;
    const words = stands ? (response && response.label !== 'none' ? response.label : '') : 'not above chance';
    return html`<button
      data-figure
      class=${stands ? '' : 'chance'}
      aria-pressed=${this.store.selection.value?.feature === h.feature ? 'true' : 'false'}
      data-feature=${h.feature}
      title="Choose the feature ${h.feature}"
      @click=${() => this.store.select({ feature: h.feature })}
    >
      <span class="what"
        ><span class="name">${truncate(h.feature)}</span
        ><span class="number" title="difference of the means in standard deviations"
          >${formatNumber(h.effect, true)}</span
        ></span
      >
      ${
        response
          ? picture(response, scale, this.recording, others, this.store.dark.value)
          : any
            ? html`<span class="none">${capital(whyNoResponse(h, this.circumstances))}</span>`
            : nothing
      }
      <span class="what verdict"
        ><span>${words}</span
        ><span class="number">${Number.isNaN(h.q) ? nothing : `q ${formatPValue(h.q)}`}</span></span
      >
      ${others.map(
        ({ recording: { letter }, link }) =>
          html`<span class="what verdict"
            ><span>${letter} <span class="number">${formatNumber(link.effect, true)}</span></span
            ><span class="number">${Number.isNaN(link.q) ? nothing : `q ${formatPValue(link.q)}`}</span></span
          >`,
      )}
    </button>`;
  }
}
customElements.define('rv-unit-responses', ResponsesPart);

/** The same feature in another recording. */
interface Other {
  readonly recording: ComparedRecording;
  readonly link: Finding;
}

function picture(
  response: NonNullable<Finding['response']>,
  scale: Scale,
  recording: ComparedRecording,
  others: readonly Other[],
  dark: boolean,
): TemplateResult {
  const { path, band } = responsePicture(response, WIDTH, HEIGHT, response.at === 'value' ? [-1, 1] : scale);
  return html`<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`
    <path class="chance-band" d=${band}></path>
    <path class="here" d="M${WIDTH / 2} 0V${HEIGHT}"></path>${
      others.length ? lineOf(path, recording, dark) : svg`<path class="mean" d=${path}></path>`
    }
    ${others.map(({ recording, link }) =>
      link.response
        ? lineOf(
            responsePicture(link.response, WIDTH, HEIGHT, link.response.at === 'value' ? [-1, 1] : scale).path,
            recording,
            dark,
          )
        : nothing,
    )}`}
  </svg>`;
}

function lineOf(path: string, { series }: ComparedRecording, dark: boolean) {
  const { color, dash } = strokeOf(series, dark);
  return svg`<path class="mean" style="stroke:${color}" stroke-dasharray=${
    dash.join(' ') || nothing
  } d=${path}></path>`;
}
