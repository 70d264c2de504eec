import { css, html, nothing, svg, type TemplateResult } from 'lit';
import type { QuantityInfo } from '../../data/types.ts';
import { tickLabel } from '../../ui/draw/axes.ts';
import { strokeOf, type Stroke } from '../../ui/draw/series.ts';
import { extent } from '../../ui/draw/curve.ts';
import { histogram, type Histogram } from '../../ui/draw/histogram.ts';
import { formatCount, formatNumber, spaced } from '../../ui/format.ts';
import { valueOrStale } from '../../state/store.ts';
import { layerOf } from '../../ui/chosen-layer.ts';
import { latest, loaded, overlaid, Part, partStyle, tileButtonStyle } from '../../ui/view-part.ts';
import { percent } from '../../ui/percent.ts';
import { rowOf } from './finding-row.ts';
import { wordingOf } from '../../state/wording.ts';

const [WIDTH, HEIGHT, BINS] = [148, 56, 37];

/** Distribution of the unit's quantities over the tokens, and its memory. */
export class ActivityPart extends Part {
  static override styles = [
    ...partStyle,
    tileButtonStyle,
    css`
      svg {
        display: block;
        width: 148px;
        max-width: 100%;
      }
      .bars {
        fill: var(--rv-bar);
      }
      .base {
        stroke: var(--rv-muted);
      }
      .over {
        fill: none;
        stroke-width: 1.5;
      }
      text {
        font-size: 10px;
        fill: var(--rv-muted);
      }
      .verdict {
        display: block;
        font-size: 11px;
        color: var(--rv-muted);
        min-height: 15px;
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  private readonly spreads = new Map<string, (values: Float32Array, low: number, high: number) => Histogram>();

  override render() {
    const selection = this.store.selection.value;
    const layer = layerOf(this.store, this.recording);
    if (!selection || !layer) return nothing;
    const selectedQuantity = layer.quantities.find(({ quantity }) => quantity === selection.quantity) ?? {
      quantity: selection.quantity,
      role: null,
    };
    const others = layer.quantities.filter(({ role, quantity }) => role && quantity !== selection.quantity);
    return html`<section aria-label="Activity">
      <h3>Activity and gates</h3>
      <div class="tiles">${[selectedQuantity, ...others].map((info) => this.tile(info, layer.layer))}</div>
      ${this.memory(layer.layer)}
    </section>`;
  }

  private tile(info: QuantityInfo, layer: string): TemplateResult {
    const {
      store,
      recording: { data },
    } = this;
    const { quantity, role } = info;
    return html`<div>
      <button
        data-figure
        data-quantity=${quantity}
        aria-pressed=${store.selection.value?.quantity === quantity ? 'true' : 'false'}
        title="Choose ${spaced(quantity)}"
        @click=${() => store.select({ quantity })}
      >
        <h4>${spaced(quantity)} ${role ? html`<span class="muted">${role}</span>` : nothing}</h4>
      </button>
      ${loaded(rowOf(data, quantity), 'Reading…', (values) => this.spread(values, info, layer))}
    </div>`;
  }

  private spread(values: Float32Array, { quantity, role }: QuantityInfo, layer: string): TemplateResult {
    const [low, high] = this.limits(values, quantity, role);
    if (!this.spreads.has(quantity))
      this.spreads.set(
        quantity,
        latest((row: Float32Array, from: number, to: number) => histogram(row, from, to, BINS)),
      );
    const distribution = this.spreads.get(quantity)!(values, low, high);
    const { dark } = this.store;
    const others = overlaid(this.over, ({ data }) => rowOf(data, quantity));
    const over = others.results.map(({ recording, value }) => ({
      ...strokeOf(recording.series, dark.value),
      counts: histogram(value, low, high, BINS).counts,
    }));
    const own = over.length ? strokeOf(this.recording.series, dark.value).color : null;
    const label = wordingOf(this.store)(`${spaced(quantity)} of ${formatCount(distribution.total)} tokens`);
    return html`${picture(distribution, label, own, over)}${others.notes}
      <span class="verdict"
        >${role ? this.saturated(quantity, layer) : nothing}${
          distribution.missing ? html` ${formatCount(distribution.missing)} missing` : nothing
        }</span
      >`;
  }

  /** Axis limits: 0 to 1 for gates, else the layer's symmetric limit at this step. */
  private limits(values: Float32Array, quantity: string, role: string | null): readonly [number, number] {
    const { data } = this.recording;
    if (role) return data.difference ? [-1, 1] : [0, 1];
    const range = data.digest.value?.ranges[this.store.selection.value!.layer]?.[quantity];
    const [low, high] = extent(values) ?? [0, 0];
    const reach = Math.max(Math.abs(low), Math.abs(high), (!data.difference && range?.limit) || 0) || 1;
    return [-reach, reach];
  }

  private saturated(quantity: string, layer: string): TemplateResult | typeof nothing {
    const { data } = this.recording;
    const shares = valueOrStale(data.statistics('saturation', layer, quantity).value);
    const [left, right] = ['left', 'right'].map(
      (row) => shares?.get(data.ref.value?.step ?? NaN, row)[data.unit.value] ?? NaN,
    );
    if (Number.isNaN(left) && Number.isNaN(right)) return nothing;
    return html`<span title=${wordingOf(this.store)('left-saturated: share of tokens below 0.1')}
        >shut ${percent(left, data.difference)}</span
      >
      ·
      <span title=${wordingOf(this.store)('right-saturated: share of tokens above 0.9')}
        >open ${percent(right, data.difference)}</span
      >`;
  }

  private memory(layer: string): TemplateResult | typeof nothing {
    const { data } = this.recording;
    const memory = data.digest.value?.memory[layer];
    if (!memory?.quantity) return nothing;
    return loaded(
      data.statistics('memory', layer, memory.quantity).value,
      'Reading how long it remembers…',
      (series) => {
        const [gate, correlation] = ['gate', 'autocorrelation'].map(
          (row) => series.get(data.ref.value?.step ?? NaN, row)[data.unit.value] ?? NaN,
        );
        const memory = (length: number) => wordingOf(this.store)(tokens(length, data.difference));
        const texts = [
          ...(Number.isNaN(gate) ? [] : [`${memory(gate)} by its gate`]),
          ...(Number.isNaN(correlation) ? [] : [`${memory(correlation)} by its autocorrelation`]),
        ];
        return texts.length ? html`<p>remembers ${texts.join(', ')}</p>` : html``;
      },
    );
  }
}
customElements.define('rv-unit-activity', ActivityPart);

const tokens = (length: number, signed: boolean) =>
  `${formatNumber(length, signed)} ${length === 1 ? 'token' : 'tokens'}`;

function picture(
  { counts, low, high }: Histogram,
  label: string,
  own: string | null,
  over: readonly (Stroke & Pick<Histogram, 'counts'>)[],
): TemplateResult {
  const most = Math.max(1, ...counts);
  const width = WIDTH / BINS;
  const base = HEIGHT - 12;
  return html`<svg
    class="chart"
    width=${WIDTH}
    height=${HEIGHT}
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    role="img"
    aria-label=${label}
  >
    ${svg`
    <g class="bars" style=${own ? `fill:${own};opacity:0.6` : nothing}>${Array.from(counts, (n, b) =>
      n
        ? svg`<rect x=${(b * width).toFixed(2)} y=${(base - (n / most) * base).toFixed(2)}
            width=${(width - 0.5).toFixed(2)} height=${((n / most) * base).toFixed(2)}></rect>`
        : nothing,
    )}</g>
    ${over.map(
      (other) =>
        svg`<path class="over" stroke=${other.color} stroke-dasharray=${
          other.dash.join(' ') || nothing
        } d=${outline(other.counts, base)}></path>`,
    )}
    <path class="base" d="M0 ${base}.5H${WIDTH}"></path>
    <text x="0" y=${HEIGHT - 1}>${tickLabel(low, 0.1)}</text>
      <text x=${WIDTH / 2} y=${HEIGHT - 1} text-anchor="middle">${tickLabel((low + high) / 2, 0.1)}</text>
      <text x=${WIDTH} y=${HEIGHT - 1} text-anchor="end">${tickLabel(high, 0.1)}</text>`}
  </svg>`;
}

/** Outline of a histogram over the bars, scaled to its own maximum. */
function outline(counts: Uint32Array, base: number): string {
  const most = Math.max(1, ...counts);
  const width = WIDTH / BINS;
  return `M0 ${base}${Array.from(
    counts,
    (n, b) => `V${(base - (n / most) * base).toFixed(2)}H${((b + 1) * width).toFixed(2)}`,
  ).join('')}V${base}`;
}
