import { css, html, nothing, type TemplateResult } from 'lit';
import { POINT_KINDS, type DynamicsHistory, type LayerDynamics } from '../../data/dynamics.ts';
import { chooseStep } from '../../state/choose-step.ts';
import type { Line } from '../../ui/charts/line-chart.ts';
import { palette } from '../../ui/draw/axes.ts';
import { formatNumber } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { loaded, Part, partStyle } from '../../ui/view-part.ts';
import { epochChart } from './epoch-chart.ts';
import { glyph, kindName, pointSentence } from './state-marks.ts';
import { markStyle, statesTableStyle } from './states-style.ts';

/** Points in the list at most. */
const MOST_POINTS = 12;

/** Fixed points and Lyapunov exponents of the layer, and over the epochs. */
export class DynamicsPart extends Part {
  static override properties = { ...Part.properties, dynamicSteps: { attribute: false }, fitted: { attribute: false } };
  /** Steps that have dynamics; null if none has. */
  declare dynamicSteps: readonly number[] | null;
  /** Steps that the axes of the picture are fitted to. */
  declare fitted: string;

  static override styles = [
    ...partStyle,
    statesTableStyle,
    markStyle,
    css`
      svg.key {
        vertical-align: -3px;
      }
    `,
  ];

  constructor() {
    super();
    this.dynamicSteps = null;
    this.fitted = '';
  }

  override render(): TemplateResult {
    return html`<section aria-label="Fixed points" data-figure>
      <h3>Fixed points and exponents</h3>
      ${this.content()}
    </section>`;
  }

  private content(): TemplateResult {
    const { store, recording, dynamicSteps } = this;
    const { data } = recording;
    const selection = store.selection.value;
    if (!dynamicSteps?.length)
      return html`<p class="muted">
        Not measured in this run. <code>RNNVizCallback(…, dynamics=True)</code> finds the states that the layer can
        hold, and how small differences grow.
      </p>`;
    const step = data.ref.value?.step ?? NaN;
    const { name, names } = data.axis.value;
    const nearest = dynamicSteps.reduce((best, one) => (Math.abs(one - step) < Math.abs(best - step) ? one : best));
    return html`${
      dynamicSteps.includes(step) && selection
        ? loaded(
            data.stateDynamics(selection.layer, selection.quantity, this.fitted).value,
            'Reading the fixed points…',
            (dynamics) => this.layer(dynamics),
          )
        : html`<p class="muted">
            Not measured at ${name(step)}. Measured: ${names(dynamicSteps, data.steps.value)}.
            <button @click=${() => chooseStep(store, recording, nearest)}>Show ${name(nearest)}</button>
          </p>`
    }
    ${dynamicSteps.length > 1 && selection ? this.history(selection.layer) : nothing}`;
  }

  private layer({ note, counts, lyapunov, growth, points, constant, size }: LayerDynamics): TemplateResult {
    if (note) return html`<p class="muted">Not measured: ${note}.</p>`;
    const all = POINT_KINDS.reduce((sum, kind) => sum + counts[kind], 0);
    const [first] = lyapunov;
    const grows = Number.isFinite(growth) ? ` A difference may grow at ${percent(growth)} of the steps.` : '';
    return html`<p>
        ${counts.stable} stable and ${counts.unstable} unstable fixed points, ${counts.slow} slow points, for
        ${constant === 'mean' ? 'the mean input' : 'an input of zeros'}.
        ${
          first === undefined
            ? nothing
            : html`Largest Lyapunov exponent <b>${formatNumber(first)}</b> per step: small differences
                ${first < 0 ? `halve in ${formatNumber(Math.LN2 / -first)} steps.` : 'grow.'}${grows}`
        }
      </p>
      ${
        points.length
          ? html`<table>
              <tbody>
                ${points.slice(0, MOST_POINTS).map(
                  (point) =>
                    html`<tr>
                      <td>
                        <svg class="key" width="14" height="14" aria-hidden="true">${glyph(point.kind, 7, 7)}</svg>
                        ${kindName(point.kind)}
                      </td>
                      <td>${pointSentence(point)}</td>
                    </tr>`,
                )}
              </tbody>
            </table>`
          : nothing
      }
      ${
        all > MOST_POINTS
          ? html`<p class="muted">${Math.min(MOST_POINTS, points.length)} of ${all}; a state has ${size} numbers.</p>`
          : nothing
      }`;
  }

  private history(layer: string): TemplateResult {
    return loaded(this.recording.data.dynamicsHistory.value, 'Reading the other epochs…', (history) => {
      const one = history.layers.find((entry) => entry.layer === layer);
      if (!one) return html``;
      const { series } = palette(this.store.dark.value);
      const counts = POINT_KINDS.map((kind, k) => ({ name: kind, color: series[k], values: one.counts[kind] }));
      return html`${this.chart('points', history, counts)}
      ${this.chart('largest exponent', history, [{ name: layer, color: series[0], values: one.lyapunov }])}
      ${this.chart('longest time constant', history, [{ name: layer, color: series[0], values: one.timeConstant }])}`;
    });
  }

  private chart(
    title: string,
    { steps }: DynamicsHistory,
    curves: readonly { readonly name: string; readonly color: string; readonly values: readonly number[] }[],
  ): TemplateResult {
    const lines = curves.map((curve): Line => ({ ...curve, at: steps, values: Float32Array.from(curve.values) }));
    return epochChart(this.store, this.recording, title, steps, lines);
  }
}
customElements.define('rv-layer-dynamics', DynamicsPart);
