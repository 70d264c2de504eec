import { css, html, nothing, svg, type TemplateResult } from 'lit';
import { STATISTICS, type Statistic } from '../data/statistics.ts';
import type { AblationEffect, Finding, LaggedResponse, ResponseMean, SpectralPeak } from '../data/types.ts';
import { lagsOf, responsePicture, strongestLag } from './draw/response-line.ts';
import {
  SIGNIFICANT,
  useOf,
  whyNoAblationEffect,
  whyNoResponse,
  type FindingContext,
} from '../state/finding-context.ts';
import { capital, formatAs, formatPValue, formatCount, formatNumber } from './format.ts';
import { type Wording } from '../state/wording.ts';

export const evidenceStyle = css`
  .evidence {
    container-type: inline-size;
    padding: 6px 8px 8px 11px;
    background: var(--rv-chosen);
    border-bottom: 1px solid var(--rv-line);
    box-shadow: inset 3px 0 var(--rv-accent);
    font-size: 12px;
  }
  .parts {
    display: grid;
    gap: 8px 16px;
  }
  .both {
    display: grid;
    grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    gap: 0 8px;
  }
  .both > div + div {
    border-left: 1px solid var(--rv-line);
    padding-left: 8px;
  }
  h3 {
    margin: 0;
    font-size: 12px;
    font-weight: 400;
    color: var(--rv-muted);
  }
  .verdict {
    font-weight: 500;
    font-variant-numeric: tabular-nums;
  }
  .evidence p {
    padding: 0;
    color: inherit;
    font-variant-numeric: tabular-nums;
    overflow-wrap: anywhere;
  }
  .evidence .muted {
    color: var(--rv-muted);
  }
  dl {
    display: grid;
    grid-template-columns: auto 1fr;
    gap: 1px 8px;
    margin: 0;
    align-content: start;
  }
  dl.more {
    grid-template-columns: auto 1fr auto 1fr;
  }
  dt {
    color: var(--rv-muted);
  }
  dd {
    margin: 0;
    font-variant-numeric: tabular-nums;
    text-align: right;
  }
  dd.wide {
    grid-column: 2 / -1;
    text-align: left;
  }
  dd button {
    height: 20px;
    padding: 0 5px;
    margin-right: 4px;
  }
  .around {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 8px;
  }
  .around > :last-child {
    flex: 1 1 120px;
    min-width: 0;
  }
  .lags {
    display: flex;
    justify-content: space-between;
    color: var(--rv-muted);
    font-size: 11px;
    line-height: 1.2;
    font-variant-numeric: tabular-nums;
  }
  .spark {
    display: block;
    overflow: visible;
    flex: none;
  }
  .spark path {
    fill: none;
    stroke: var(--rv-ink);
    stroke-width: 1.5;
    stroke-linejoin: round;
  }
  .spark .band {
    fill: var(--rv-muted);
    stroke: none;
    opacity: 0.28;
  }
  .spark .here {
    stroke: var(--rv-muted);
    stroke-width: 1;
    stroke-dasharray: 2 2;
  }
  .scale {
    display: flex;
    align-items: center;
    gap: 6px;
    color: var(--rv-muted);
  }
  .scale span {
    position: relative;
    flex: 0 1 90px;
    min-width: 30px;
    height: 3px;
    background: var(--rv-line);
  }
  .scale i {
    position: absolute;
    top: -3px;
    width: 3px;
    height: 9px;
    margin-left: -1.5px;
    background: var(--rv-ink);
  }
  @container (min-width: 480px) {
    .parts {
      grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
    }
  }
  @container (min-width: 900px) {
    .parts {
      grid-template-columns: minmax(0, 460px) minmax(0, 420px) minmax(0, 300px);
      gap: 8px 32px;
    }
  }
`;

const spark = (
  response: ResponseMean,
  width: number,
  height: number,
  label: string | typeof nothing,
): TemplateResult => {
  const { path, band, x } = responsePicture(response, width, height);
  return html`<svg
    class="spark"
    width=${width}
    height=${height}
    viewBox="0 0 ${width} ${height}"
    role=${label === nothing ? nothing : 'img'}
    aria-hidden=${label === nothing ? 'true' : nothing}
    aria-label=${label}
  >
    ${svg`<path class="band" d=${band}></path>
      <path class="here" d="M${x} 0V${height}"></path><path d=${path}></path>`}
  </svg>`;
};

/**
 * Response and ablation effect in the line of a finding.
 * Nothing if neither is known.
 */
export function brief(h: Finding): TemplateResult | typeof nothing {
  const { response, ablation } = h;
  const use = useOf(h);
  if (!response && !use) return nothing;
  return html`<span class="brief"
    >${response ? html`${spark(response, 44, 14, nothing)}<span>${labelOf(response)}</span>` : nothing}
    ${
      use && ablation
        ? html`<span class="use">${use} <span class="number">${formatNumber(ablation.effect, true)}</span></span>`
        : nothing
    }</span
  >`;
}

const labelOf = ({ label, at }: LaggedResponse) =>
  label === 'none' ? (at === 'value' ? 'no lag' : 'no response') : label;

/** All evidence for and against a finding; `select` shows another unit. */
export function evidence(h: Finding, circumstances: FindingContext, select: (unit: number) => void): TemplateResult {
  return html`<div class="evidence">
    <div class="parts">
      <div class="both">
        <div>${goesWith(h, circumstances.wording)}</div>
        <div>${isUsedFor(h, circumstances)}</div>
      </div>
      <div>${around(h, circumstances)}${beat(h.peak, circumstances.wording)}</div>
      <dl class="more">
        ${STATISTICS.filter(({ main }) => !main).map((each) => statisticEntry(h, each, circumstances.wording))}
        ${
          h.neighbours.length
            ? html`<dt>beside</dt>
                <dd class="wide">
                  ${h.neighbours.map((unit) => html`<button @click=${() => select(unit)}>${unit}</button>`)}
                </dd>`
            : nothing
        }
      </dl>
    </div>
  </div>`;
}

/** Entry of a statistic in the evidence; nothing if it is unknown. */
const statisticEntry = (h: Finding, { name, label, help, format }: Statistic, wording: Wording) =>
  Number.isNaN(h[name])
    ? nothing
    : html`<dt title=${wording(help)}>${label}</dt>
        <dd class=${name === 'effect' ? 'verdict' : ''}>${formatAs(format, h[name])}</dd>`;

const ASSOCIATION = {
  level: 'How strongly the unit’s activity goes with the feature',
  swing: 'How strongly the feature goes with how much the unit moves: its mean absolute change over the last 8 tokens',
};

const goesWith = (h: Finding, wording: Wording) =>
  html`<h3 title=${wording(ASSOCIATION[h.aspect])}>association${h.aspect === 'swing' ? ' of its swing' : ''}</h3>
    <dl>
      ${STATISTICS.filter(({ main }) => main).map((statistic) => statisticEntry(h, statistic, wording))}
      ${
        h.partial
          ? html`<dt title=${wording('Effect with the tokens’ frequency, position and surprisal regressed out')}>
                partial effect
              </dt>
              <dd>${formatNumber(h.partial.effect, true)}</dd>`
          : nothing
      }
      <dt>count</dt>
      <dd>${formatCount(h.count)}</dd>
    </dl>`;

function isUsedFor(h: Finding, circumstances: FindingContext): TemplateResult {
  const use = useOf(h);
  const { wording } = circumstances;
  const verdict =
    use && h.ablation
      ? html`<div class="verdict">${use}</div>
          <p>${wording(cost(h.ablation))}</p>
          <p class="muted">${wording(shares(h.ablation))}</p>`
      : html`<p class="muted">not measured: ${whyNoAblationEffect(h, circumstances)}</p>`;
  return html`<h3 title=${wording('What the model loses on the feature’s tokens when the unit is clamped')}>
      ablation effect
    </h3>
    ${verdict}`;
}

function cost({ effect, low, high }: AblationEffect): string {
  const interval = `[${formatNumber(low)}, ${formatNumber(high)}]`;
  if (low > 0 || high < 0)
    return `without it ${formatNumber(effect, true)} nats ${interval} on the feature’s tokens against the rest`;
  return `without it ${formatNumber(effect, true)} nats; the interval ${interval} includes 0`;
}

const shares = ({ on, off, count: n, how }: AblationEffect) =>
  `${formatNumber(on, true)} on its ${formatCount(n)} ${
    n === 1 ? 'token' : 'tokens'
  }, ${formatNumber(off, true)} on the rest; clamped to ${how === 'mean' ? 'its mean' : how}`;

function around(h: Finding, circumstances: FindingContext): TemplateResult {
  const { response } = h;
  const { wording } = circumstances;
  if (!response) return html`<p class="muted">around the feature not measured: ${whyNoResponse(h, circumstances)}</p>`;
  const { end, at } = response;
  if (at === 'value') return together(response);
  const onset = at === 'onset' ? 'its beginning' : 'the feature';
  return html`<div class="around">
    ${lagged(response, end ? 'beginning' : '', wording(aloud(response, onset)))}${
      end ? lagged(end, 'end', wording(aloud(end, 'its end'))) : nothing
    }
    <div>
      <div class="verdict">${labelOf(response)}</div>
      <div class="muted">${wording('tokens')} from the feature${end ? '’s beginning and end' : ''}; grey: chance</div>
    </div>
  </div>`;
}

/** Correlation with a number by lag. */
function together(response: LaggedResponse): TemplateResult {
  const most = strongestLag(response);
  const lags = lagsOf(response);
  const words = `Correlation with the number ${lags} steps before it to ${lags} after it`;
  const strongest = most ? `strongest at ${most.lag}, ${formatNumber(most.value)}` : '';
  return html`<div class="around">
    ${lagged(response, '', `${words}; ${strongest}`)}
    <div>
      <div class="verdict">
        ${response.label === 'none' ? 'no correlation at any lag' : `${response.label} the number`}
      </div>
      <div class="muted">rank correlation by lag${strongest ? `, ${strongest}` : ''}; grey: chance</div>
    </div>
  </div>`;
}

/** Response with its lags below. */
function lagged(response: ResponseMean, caption: string, spoken: string): TemplateResult {
  const lags = lagsOf(response);
  return html`<div>
    ${spark(response, 110, 34, spoken)}
    <div class="lags" aria-hidden="true"><span>−${lags}</span><span>${caption || 0}</span><span>+${lags}</span></div>
  </div>`;
}

function aloud(response: ResponseMean, event: string): string {
  const lags = lagsOf(response);
  const most = strongestLag(response);
  const chance = [response.low[lags], response.high[lags]].map((limit) => formatNumber(limit)).join(' to ');
  return `Mean activity from ${lags} tokens before ${event} to ${lags} behind it${
    most ? `: furthest out at ${most.lag}, ${formatNumber(most.value)}` : ''
  }; chance gives ${chance} at ${event}`;
}

function beat(peak: SpectralPeak | null, wording: Wording): TemplateResult {
  if (!peak) return html`<p class="muted">no spectral peak</p>`;
  const { frequency, q, coherence } = peak;
  const where = `at ${formatNumber(frequency)}${frequency > 0 ? `, every ${formatNumber(1 / frequency)} tokens` : ''}`;
  const odds = Number.isNaN(q) ? '' : `, q ${formatPValue(q)}`;
  const stands = !(q > SIGNIFICANT);
  const together = Number.isNaN(coherence) ? nothing : html`, coherence ${coherence.toFixed(2)} with the feature`;
  return html`<p class=${stands ? '' : 'muted'} title=${wording('Cycles per token')}>
      ${stands ? 'spectral peak' : 'no spectral peak above chance, the strongest'} ${wording(where)}${odds}${together}
    </p>
    ${
      stands && !Number.isNaN(coherence)
        ? html`<div
            class="scale"
            aria-hidden="true"
            title="${capital('coherence: how far its period is that of the feature')}"
          >
            its own <span><i style="left:${(100 * coherence).toFixed(0)}%"></i></span> the feature’s
          </div>`
        : nothing
    }`;
}
