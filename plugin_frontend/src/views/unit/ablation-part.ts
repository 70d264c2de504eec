import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { AblationEffect, Finding } from '../../data/types.ts';
import { formatCount, formatNumber, truncate } from '../../ui/format.ts';
import { useOf, whyNoAblationEffect } from '../../state/finding-context.ts';
import { findingContextOf } from '../../ui/chosen-layer.ts';
import { findingsOfUnit } from './report-findings.ts';
import { Part, partStyle } from '../../ui/view-part.ts';
import { wordingOf } from '../../state/wording.ts';

const WIDTH = 120;

type AblatedFinding = Finding & { readonly ablation: AblationEffect };

/** Ablation effects of the unit: the loss of the model without it. */
export class AblationPart extends Part {
  static override styles = [
    ...partStyle,
    css`
      table {
        border-collapse: collapse;
      }
      td {
        padding: 1px 12px 1px 0;
        font-variant-numeric: tabular-nums;
      }
      td:first-child {
        max-width: 140px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      svg {
        display: block;
      }
      .zero {
        stroke: var(--rv-muted);
        stroke-dasharray: 2 2;
      }
      .interval {
        stroke: var(--rv-ink);
        stroke-width: 1.5;
      }
      circle {
        fill: var(--rv-ink);
      }
      .idle {
        color: var(--rv-muted);
      }
      .idle .interval {
        stroke: var(--rv-bar);
      }
      .idle circle {
        fill: var(--rv-page);
        stroke: var(--rv-bar);
      }
      @container (max-width: 360px) {
        .interval-of {
          display: none;
        }
      }
    `,
  ];

  override render() {
    const { store, recording } = this;
    if (!store.selection.value || recording.data.difference) return nothing;
    const findings = findingsOfUnit(store, recording);
    const wording = wordingOf(store);
    const ablated = findings.filter((h): h is AblatedFinding => h.ablation !== null);
    const reason = findings.length
      ? `: ${whyNoAblationEffect(findings[0], findingContextOf(store, recording, false))}`
      : '';
    return html`<section aria-label="Ablation">
      <h3>
        Ablation
        <span class="muted">${wording('added loss, nats per token, on the feature’s tokens minus on the rest')}</span>
      </h3>
      ${ablated.length ? this.table(ablated) : html`<p class="muted">Not measured${reason}.</p>`}
    </section>`;
  }

  private table(ablated: readonly AblatedFinding[]): TemplateResult {
    const low = Math.min(0, ...ablated.map(({ ablation }) => ablation.low));
    const high = Math.max(0, ...ablated.map(({ ablation }) => ablation.high));
    const { how, tokens } = ablated[0].ablation;
    return html`<table>
        ${ablated.map((h) => this.row(h, (value) => 4 + ((value - low) / (high - low || 1)) * (WIDTH - 8)))}
      </table>
      <p class="muted">
        Ablated at ${how === 'mean' ? 'its mean' : how} over ${formatCount(tokens)} tokens; lines are 0.95 intervals.
      </p>`;
  }

  private row(h: AblatedFinding, x: (value: number) => number): TemplateResult {
    const { effect, low, high, on, off } = h.ablation;
    return html`<tr
      class=${low > 0 || high < 0 ? '' : 'idle'}
      title=${
        `${formatNumber(on, true)} on its ${formatCount(h.ablation.count)} tokens, ` +
        `${formatNumber(off, true)} on the rest`
      }
    >
      <td>${truncate(h.feature, 24)}</td>
      <td>${useOf(h)}</td>
      <td>${formatNumber(effect, true)}</td>
      <td>
        <svg class="chart" width=${WIDTH} height="14" viewBox="0 0 ${WIDTH} 14" aria-hidden="true">
          ${svg`<path class="zero" d="M${x(0).toFixed(1)} 0V14"></path>
        <path class="interval" d="M${x(low).toFixed(1)} 7H${x(high).toFixed(1)}"></path>
          <circle cx=${x(effect).toFixed(1)} cy="7" r="3"></circle>`}
        </svg>
      </td>
      <td class="muted interval-of">[${formatNumber(low)}, ${formatNumber(high)}]</td>
    </tr>`;
  }
}
customElements.define('rv-unit-ablation', AblationPart);
