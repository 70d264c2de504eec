import { html, nothing, type TemplateResult } from 'lit';
import type { UnitSeries } from '../../data/types.ts';
import type { Scatter } from '../../ui/draw/scatter.ts';
import { spaced } from '../../ui/format.ts';
import { valueOrStale } from '../../state/store.ts';
import { latest, loaded, partStyle } from '../../ui/view-part.ts';
import { percent } from '../../ui/percent.ts';
import type { Gate } from './gates-model.ts';
import { GatesPart } from './gates-part.ts';
import { gatesStyle } from './gates-style.ts';
import { chosenUnits, pick, pointAt, pointedUnit, type HoverTarget } from './pointing.ts';
import '../../ui/charts/scatter-chart.ts';
import type { Picked } from '../../ui/charts/scatter-chart.ts';
import { emptyPanel } from '../../ui/state-panel.ts';
import { wordingOf, type Wording } from '../../state/wording.ts';

/**
 * Share of tokens at which each gate is nearly shut, against nearly open.
 * Karpathy, Johnson and Fei-Fei, arXiv:1506.02078, figure 3.
 */
export class SaturationPart extends GatesPart {
  static override properties = { ...GatesPart.properties, pointed: { state: true } };
  declare private pointed: HoverTarget | null;
  static override styles = [...partStyle, gatesStyle];

  constructor() {
    super();
    this.pointed = null;
  }

  private readonly pictures = new Map<string, typeof makeScatter>();

  override render() {
    return html`<section aria-label="Saturation">
      <h3>How often shut, how often open</h3>
      <div class="tiles wide">${this.gates().map((gate) => this.tile(gate))}</div>
      <p class="readout" role="status">${this.readout()}</p>
    </section>`;
  }

  private tile(gate: Gate): TemplateResult {
    const { layer, quantity, role } = gate;
    const isSelected = this.store.selection.value?.quantity === quantity && this.store.selection.value.layer === layer;
    return html`<div class="tile" data-gate="${layer} ${quantity}">
      <h4>
        <button
          data-figure
          aria-pressed=${isSelected ? 'true' : 'false'}
          title="Choose ${spaced(quantity)} of ${layer}"
          @click=${() => this.store.select({ layer, quantity })}
        >
          ${spaced(quantity)}
        </button>
        <span class="muted">${role}${this.everyLayer ? ` · ${layer}` : ''}</span>
      </h4>
      ${loaded(this.series(gate), 'Reading how often it is shut…', (series) => this.scatter(gate, series))}
    </div>`;
  }

  private series({ layer, quantity }: Gate) {
    return this.recording.data.statistics('saturation', layer, quantity).value;
  }

  private scatter(gate: Gate, series: UnitSeries): TemplateResult {
    const { store, recording } = this;
    const { layer, quantity } = gate;
    const { axis, difference } = recording.data;
    const key = `${layer}\n${quantity}`;
    if (!this.pictures.has(key)) this.pictures.set(key, latest(makeScatter));
    const picture = this.pictures.get(key)!(
      series,
      this.step,
      difference,
      `${spaced(quantity)} of ${layer}`,
      wordingOf(this.store),
    );
    if (!picture) return emptyPanel(`Not in the log for ${axis.value.name(this.step)}.`);
    const whole = this.withOthers(
      picture,
      (sources) => sources.statistics('saturation', layer, quantity),
      'left',
      'right',
    );
    return html`<rv-scatter-chart
        .scatter=${whole.picture}
        .selected=${chosenUnits(store, recording, layer)}
        .hover=${pointedUnit(store, recording, layer, this.pointed)}
        .dark=${store.dark.value}
        @rv-over=${(event: CustomEvent<number | null>) => this.goOver(layer, event.detail)}
        @rv-pick=${(event: CustomEvent<Picked>) => pick(store, recording, layer, quantity, event.detail)}
      ></rv-scatter-chart
      >${whole.notes}`;
  }

  private goOver(layer: string, unit: number | null): void {
    this.pointed = unit === null ? null : { layer, unit };
    pointAt(this.store, this.recording, this.pointed);
  }

  private readout(): TemplateResult | typeof nothing {
    const layer = this.pointed?.layer ?? this.store.selection.value?.layer ?? '';
    const unit = pointedUnit(this.store, this.recording, layer, this.pointed) ?? this.recording.data.unit.value;
    const { difference } = this.recording.data;
    const texts = this.gates(true)
      .filter((gate) => gate.layer === layer)
      .flatMap((gate) => {
        const series = valueOrStale(this.series(gate));
        const [left, right] = ['left', 'right'].map((row) => series?.get(this.step, row)[unit] ?? NaN);
        return Number.isNaN(left) && Number.isNaN(right)
          ? []
          : [
              html` · ${spaced(gate.quantity)} shut <b>${percent(left, difference)}</b> open
                <b>${percent(right, difference)}</b>`,
            ];
      });
    return texts.length ? html`${layer} unit <b>${unit}</b>${texts}` : nothing;
  }
}
customElements.define('rv-gates-saturation', SaturationPart);

function makeScatter(
  series: UnitSeries,
  step: number,
  difference: boolean,
  gate: string,
  wording: Wording,
): Scatter | null {
  const [x, y] = [series.get(step, 'left'), series.get(step, 'right')];
  if (!x.length || !y.length) return null;
  const limits = difference ? { low: -1, high: 1 } : { low: 0, high: 1 };
  const what = wording(difference ? 'change of the share of tokens' : 'share of tokens');
  return {
    label: `${gate}: how often each of ${x.length} units is nearly shut, and nearly open`,
    nameOf: (unit) => `unit ${unit}`,
    x,
    y,
    across: { ...limits, title: `${what} below 0.1` },
    up: { ...limits, title: `${what} above 0.9` },
    guide: difference ? 'zero' : 'sum',
  };
}
