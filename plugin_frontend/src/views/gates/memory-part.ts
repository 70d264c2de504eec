import { html, nothing, type TemplateResult } from 'lit';
import type { LayerMemory, UnitSeries } from '../../data/types.ts';
import type { Scatter } from '../../ui/draw/scatter.ts';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { valueOrStale } from '../../state/store.ts';
import { layersOf } from '../../ui/chosen-layer.ts';
import { latest, loaded, partStyle } from '../../ui/view-part.ts';
import { decades, disagreeing, evenly, FACTOR, median } from './gates-model.ts';
import { GatesPart } from './gates-part.ts';
import { gatesStyle } from './gates-style.ts';
import { chosenUnits, pick, pointAt, pointedUnit, type HoverTarget } from './pointing.ts';
import '../../ui/charts/scatter-chart.ts';
import type { Picked } from '../../ui/charts/scatter-chart.ts';
import { emptyPanel } from '../../ui/state-panel.ts';
import { wordingOf, type Wording } from '../../state/wording.ts';

type MemoryOfLayer = LayerMemory & { readonly layer: string; readonly quantity: string };

/** Memory of units in tokens: time constant of the gate against autocorrelation. */
export class MemoryPart extends GatesPart {
  static override properties = { ...GatesPart.properties, pointed: { state: true } };
  declare private pointed: HoverTarget | null;
  static override styles = [...partStyle, gatesStyle];

  constructor() {
    super();
    this.pointed = null;
  }

  private readonly pictures = new Map<string, typeof makeScatter>();

  override render() {
    const memories = this.known();
    if (!memories.length) return nothing;
    return html`<section aria-label="Memory">
      <h3>How long units remember</h3>
      <div class="tiles wide">${memories.map((memory) => this.tile(memory))}</div>
      <p class="readout" role="status">${this.readout(memories)}</p>
    </section>`;
  }

  private known(): MemoryOfLayer[] {
    const memory = this.recording.data.digest.value?.memory ?? {};
    const selectedLayer = this.store.selection.value?.layer;
    return layersOf(this.store, this.recording).flatMap(({ layer }) => {
      const one = memory[layer];
      return one?.quantity && (this.everyLayer || layer === selectedLayer)
        ? [{ ...one, layer, quantity: one.quantity }]
        : [];
    });
  }

  private series({ layer, quantity }: MemoryOfLayer) {
    return this.recording.data.statistics('memory', layer, quantity).value;
  }

  private tile(known: MemoryOfLayer): TemplateResult {
    return html`<div class="tile" data-layer=${known.layer}>
      ${this.everyLayer ? html`<h4>${known.layer}</h4>` : nothing}
      ${loaded(this.series(known), 'Reading how long units remember…', (series) => this.picture(known, series))}
    </div>`;
  }

  private picture(known: MemoryOfLayer, series: UnitSeries): TemplateResult {
    const { store, recording } = this;
    const { layer, quantity, units, disagree } = known;
    const { difference, axis, digest } = recording.data;
    const [gate, state] = ['gate', 'autocorrelation'].map((row) => series.get(this.step, row));
    if (!state.length) return emptyPanel(`Not in the log for ${axis.value.name(this.step)}.`);
    if (!gate.some((value) => !Number.isNaN(value))) {
      return emptyPanel(
        'No gate here says how long it retains: by its autocorrelation the median unit remembers ' +
          wordingOf(store)(`${formatNumber(median(state), difference)} tokens.`),
      );
    }
    if (!this.pictures.has(layer)) this.pictures.set(layer, latest(makeScatter));
    const memory = digest.value!.memory[layer];
    const picture = this.pictures.get(layer)!(series, this.step, difference, layer, memory, wordingOf(store));
    const whole = this.withOthers(
      picture,
      (sources) => sources.statistics('memory', layer, quantity),
      'gate',
      'autocorrelation',
    );
    return html`<rv-scatter-chart
        .scatter=${whole.picture}
        .selected=${chosenUnits(store, recording, layer)}
        .hover=${pointedUnit(store, recording, layer, this.pointed)}
        .dark=${store.dark.value}
        @rv-over=${(event: CustomEvent<number | null>) => this.goOver(layer, event.detail)}
        @rv-pick=${(event: CustomEvent<Picked>) => pick(store, recording, layer, quantity, event.detail)}
      ></rv-scatter-chart
      >${whole.notes}
      ${
        difference
          ? nothing
          : html`<p class="muted">
              ${
                disagree
                  ? `× ${formatCount(disagree)} of ${formatCount(units)} units: ` +
                    `the two disagree by more than a factor of ${FACTOR}. `
                  : ''
              }Dashed:
              medians, ${formatNumber(known.gate ?? Infinity)} and ${formatNumber(known.autocorrelation ?? NaN)}
              ${wordingOf(store)('tokens')}.
            </p>`
      }`;
  }

  private goOver(layer: string, unit: number | null): void {
    this.pointed = unit === null ? null : { layer, unit };
    pointAt(this.store, this.recording, this.pointed);
  }

  private readout(known: readonly MemoryOfLayer[]): TemplateResult | typeof nothing {
    const layer = this.pointed?.layer ?? this.store.selection.value?.layer ?? '';
    const tokens = wordingOf(this.store)('tokens');
    const one = known.find((memory) => memory.layer === layer);
    const series = one ? valueOrStale(this.series(one)) : null;
    const unit = pointedUnit(this.store, this.recording, layer, this.pointed) ?? this.recording.data.unit.value;
    const [gate, state] = ['gate', 'autocorrelation'].map((row) => series?.get(this.step, row)[unit] ?? NaN);
    if (Number.isNaN(gate) && Number.isNaN(state)) return nothing;
    const signed = this.recording.data.difference;
    return html`${layer} unit
      <b>${unit}</b>${Number.isNaN(gate) ? nothing : html` · by gate <b>${formatNumber(gate, signed)}</b> ${tokens}`}${
        Number.isNaN(state) ? nothing : html` · by state <b>${formatNumber(state, signed)}</b> ${tokens}`
      }`;
  }
}
customElements.define('rv-gates-memory', MemoryPart);

function makeScatter(
  series: UnitSeries,
  step: number,
  difference: boolean,
  layer: string,
  memory: LayerMemory,
  wording: Wording,
): Scatter {
  const [x, y] = [series.get(step, 'gate'), series.get(step, 'autocorrelation')];
  const titles = (
    difference
      ? ['change of tokens, by gate', 'change of tokens, by state']
      : ['tokens, by gate', 'tokens, by autocorrelation of the state']
  ).map(wording);
  const named = {
    label: wording(
      `Memory of ${formatCount(memory.units)} units of ${layer}, in tokens, by gate and by autocorrelation`,
    ),
    nameOf: (unit: number) => `unit ${unit}`,
  };
  if (difference) {
    const [across, up] = [x, y].map((values, i) => ({ ...evenly(values), title: titles[i] }));
    return { ...named, x, y, across, up, guide: 'zero' };
  }
  const limits = { ...decades(x, y), log: true };
  return {
    ...named,
    x,
    y,
    across: { ...limits, title: titles[0] },
    up: { ...limits, title: titles[1] },
    guide: 'equal',
    crossed: disagreeing(x, y),
    at: { x: memory.gate, y: memory.autocorrelation },
  };
}
