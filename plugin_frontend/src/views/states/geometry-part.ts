import { css, html, nothing, type TemplateResult } from 'lit';
import type { StateGeometry } from '../../data/states.ts';
import { valueOrStale } from '../../state/store.ts';
import type { Line } from '../../ui/charts/line-chart.ts';
import { palette } from '../../ui/draw/axes.ts';
import { formatCount, formatNumber, spaced } from '../../ui/format.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import { loaded, Part, partStyle } from '../../ui/view-part.ts';
import { epochChart } from './epoch-chart.ts';
import { spread } from './fitted-steps.ts';
import { statesTableStyle } from './states-style.ts';

/** Epochs of the curves at most. */
const MOST_STEPS = 10;

const TITLES = {
  dimension:
    'Participation ratio of the variances along the principal components: how many directions the states use evenly',
  components: 'Principal components that together have 90 % of the variance',
  speed: 'Mean distance from one state to the next, in root mean square distances from the mean state',
};

/** Dimension and speed of the states, by layer and over the epochs. */
export class GeometryPart extends Part {
  static override styles = [
    ...partStyle,
    statesTableStyle,
    css`
      .scroll {
        overflow-x: auto;
      }
    `,
  ];

  override render(): TemplateResult {
    const { store, recording } = this;
    const step = recording.data.ref.value?.step ?? 0;
    const curves = store.option('statescurves');
    return html`<section aria-label="Size of the state space" data-figure>
      <h3>Size of the state space</h3>
      ${loaded(recording.data.stateGeometry(step).value, 'Measuring the states…', (layers) =>
        layers.length
          ? this.table(layers)
          : html`<p class="muted">No state was recorded at this step. Record hidden_state or cell_state.</p>`,
      )}
      ${
        recording.data.steps.value.length > 1
          ? toggleButton(
              curves.value === 'on',
              `Over the ${recording.data.axis.value.plural}`,
              'Dimension and speed at some steps, evenly spread',
              () => (curves.value = curves.value === 'on' ? 'off' : 'on'),
            )
          : nothing
      }
      ${curves.value === 'on' ? this.curves() : nothing}
    </section>`;
  }

  private table(layers: readonly StateGeometry[]): TemplateResult {
    const { layer, quantity } = this.store.selection.value ?? { layer: '', quantity: '' };
    const cut = layers.find(({ states, allStates }) => states < allStates);
    return html`<div class="scroll">
        <table>
          <tbody>
            <tr>
              <th scope="col">states</th>
              <th scope="col">units</th>
              <th scope="col" title=${TITLES.dimension}>dimension</th>
              <th scope="col" title=${TITLES.components}>for 90 %</th>
              <th scope="col" title=${TITLES.speed}>speed</th>
            </tr>
            ${layers.map(
              (one) =>
                html`<tr>
                  <td>
                    <button
                      aria-pressed=${one.layer === layer && one.quantity === quantity}
                      title="Choose ${spaced(one.quantity)} of ${one.layer}"
                      @click=${() => this.store.select({ layer: one.layer, quantity: one.quantity })}
                    >
                      ${one.layer} ${spaced(one.quantity)}
                    </button>
                  </td>
                  <td>${one.units}</td>
                  <td>${Number.isNaN(one.dimension) ? 'all equal' : one.dimension.toFixed(1)}</td>
                  <td>${one.components || '–'}</td>
                  <td>${formatNumber(one.speed / one.spread)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${
        cut
          ? html`<p class="muted">Of the first ${formatCount(cut.states)} of ${formatCount(cut.allStates)} states.</p>`
          : nothing
      }`;
  }

  private curves(): TemplateResult {
    const { data } = this.recording;
    const steps = spread(data.steps.value, MOST_STEPS);
    const answers = steps.map((step) => ({ step, value: valueOrStale(data.stateGeometry(step).value) }));
    const read = answers.flatMap(({ step, value }) => (value ? [{ step, value }] : []));
    const missing = answers.length - read.length;
    const status = missing ? html`<p class="muted" role="status">Reading ${missing} more…</p>` : nothing;
    if (!read.length) return html`${status}`;
    return html`${status} ${this.chart('dimension', read, ({ dimension }) => dimension)}
    ${this.chart('speed', read, ({ speed, spread }) => speed / spread)}`;
  }

  private chart(
    title: 'dimension' | 'speed',
    read: readonly { readonly step: number; readonly value: readonly StateGeometry[] }[],
    numberOf: (geometry: StateGeometry) => number,
  ): TemplateResult {
    const { store, recording } = this;
    const { series } = palette(store.dark.value);
    const names = [
      ...new Set(read.flatMap(({ value }) => value.map(({ layer, quantity }) => `${layer}\n${quantity}`))),
    ];
    const at = read.map(({ step }) => step);
    const lines = names.map((name, k): Line => {
      const [layer, quantity] = name.split('\n');
      const of = (all: readonly StateGeometry[]) => all.find((one) => one.layer === layer && one.quantity === quantity);
      const values = read.map(({ value }) => {
        const geometry = of(value);
        return geometry ? numberOf(geometry) : NaN;
      });
      return { name: `${layer} ${spaced(quantity)}`, color: series[k % series.length], at, values };
    });
    return epochChart(store, recording, title, at, lines);
  }
}
customElements.define('rv-state-geometry', GeometryPart);
