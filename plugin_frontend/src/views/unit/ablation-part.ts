import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { Causal, Hypothesis } from '../../data/types.ts';
import { count, figure, short } from '../../ui/format.ts';
import { useOf, whyNoCause } from '../../state/finding-context.ts';
import { circumstancesOf } from '../../ui/chosen-layer.ts';
import { linksOf } from './report-findings.ts';
import { Part, partStyle } from '../../ui/view-part.ts';

const WIDTH = 120;

type Held = Hypothesis & { readonly causal: Causal };

/** What the model loses when the unit is held still. */
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
    const { store, side } = this;
    if (!store.selection.value || side.sources.difference) return nothing;
    const found = linksOf(store, side);
    const held = found.filter((h): h is Held => h.causal !== null);
    return html`<section aria-label="Ablation">
      <h3>Without it <span class="muted">loss, nats per token, on the feature’s tokens less that on the rest</span></h3>
      ${held.length ? this.table(held) : html`<p class="muted">Not measured${found.length ? `: ${whyNoCause(found[0], circumstancesOf(store, side, false))}` : ''}.</p>`}
    </section>`;
  }

  private table(held: readonly Held[]): TemplateResult {
    const low = Math.min(0, ...held.map(({ causal }) => causal.low));
    const high = Math.max(0, ...held.map(({ causal }) => causal.high));
    const { how, tokens } = held[0].causal;
    return html`<table>
        ${held.map((h) => this.row(h, (value) => 4 + ((value - low) / (high - low || 1)) * (WIDTH - 8)))}
      </table>
      <p class="muted">
        Held at ${how === 'mean' ? 'its mean' : how} over ${count(tokens)} tokens; lines are 0.95 intervals.
      </p>`;
  }

  private row(h: Held, x: (value: number) => number): TemplateResult {
    const { effect, low, high, on, off } = h.causal;
    return html`<tr
      class=${low > 0 || high < 0 ? '' : 'idle'}
      title=${`${figure(on, true)} on its ${count(h.causal.count)} tokens, ${figure(off, true)} on the rest`}
    >
      <td>${short(h.feature, 24)}</td>
      <td>${useOf(h)}</td>
      <td>${figure(effect, true)}</td>
      <td>
        <svg class="chart" width=${WIDTH} height="14" viewBox="0 0 ${WIDTH} 14" aria-hidden="true">
          ${svg`<path class="zero" d="M${x(0).toFixed(1)} 0V14"></path>
        <path class="interval" d="M${x(low).toFixed(1)} 7H${x(high).toFixed(1)}"></path><circle cx=${x(effect).toFixed(1)} cy="7" r="3"></circle>`}
        </svg>
      </td>
      <td class="muted interval-of">[${figure(low)}, ${figure(high)}]</td>
    </tr>`;
  }
}
customElements.define('rv-unit-ablation', AblationPart);
