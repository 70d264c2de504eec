import { html, nothing, type TemplateResult } from 'lit';
import { signal } from '@preact/signals-core';
import type { LinearProbe } from '../../data/states.ts';
import type { Loadable } from '../../state/store.ts';
import { valueOrStale } from '../../state/store.ts';
import { layersOf } from '../../ui/chosen-layer.ts';
import { featureName } from '../../ui/feature-name.ts';
import { formatCount, formatNumber, spaced } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import { failedPanel, loadingPanel } from '../../ui/state-panel.ts';
import { Part, partStyle } from '../../ui/view-part.ts';
import { statesTableStyle } from './states-style.ts';

/** Something that a linear model may read: a feature, or the labels. */
interface Target {
  readonly name: string;
  /** Undefined for the labels. */
  readonly feature: string | undefined;
}

const isState = (quantity: string) => quantity.endsWith('_state');

/** Linear probes of every layer for the chosen feature or the labels, on demand. */
export class ProbePart extends Part {
  static override properties = { ...Part.properties, labels: { type: Boolean } };
  /** True if the sequences have labels. */
  declare labels: boolean;
  static override styles = [...partStyle, statesTableStyle];
  /** Key of the answer that was asked for: recording and target. */
  private readonly asked = signal('');

  constructor() {
    super();
    this.labels = false;
  }

  override render(): TemplateResult {
    return html`<section aria-label="What a layer knows">
      <h3>What a layer knows</h3>
      ${this.targets().map((target) => this.target(target))}
    </section>`;
  }

  private targets(): readonly Target[] {
    const { store, recording } = this;
    const typed = valueOrStale(recording.data.queryResult.value);
    const feature = store.selection.value?.feature ?? '';
    const known = recording.data.digest.value?.features.find(({ name }) => name === feature);
    const spec = typed?.name === feature ? typed.spec : known?.spec;
    return [
      ...(feature ? [{ name: featureName(feature), feature: spec ? JSON.stringify(spec) : feature }] : []),
      ...(this.labels ? [{ name: 'the label, from the last state', feature: undefined }] : []),
    ];
  }

  private target(target: Target): TemplateResult {
    const key = JSON.stringify([this.recording.data.ref.value, target.feature ?? null]);
    if (this.asked.value !== key)
      return html`<p>
        <button
          title="Fit a linear model to the states of each layer; it is tested on parts of the text that it has not seen"
          @click=${() => (this.asked.value = key)}
        >
          Read ${target.name} with a linear model
        </button>
      </p>`;
    return this.answers(target);
  }

  private answers({ name, feature }: Target): TemplateResult {
    const { store, recording } = this;
    const rows = layersOf(store, recording).flatMap(({ layer, quantities }) =>
      quantities
        .filter(({ quantity }) => isState(quantity))
        .map(({ quantity }) => ({
          layer,
          quantity,
          probe: recording.data.linearProbe(layer, quantity, feature).value,
        })),
    );
    const first = rows.map(({ probe }) => valueOrStale(probe)).find((probe) => probe !== null);
    return html`<table>
        <caption class="muted">
          Reading ${name}
        </caption>
        <tbody>
          <tr>
            <th scope="col">states</th>
            <th scope="col" title="On states that the model was not fitted to">score</th>
            <th scope="col" title="The same model on answers that are not in the state">control</th>
            <th scope="col" title="Score less control">selectivity</th>
            <th scope="col" title="A model of the best single unit">best unit</th>
          </tr>
          ${rows.map(
            ({ layer, quantity, probe }) =>
              html`<tr>
                <td>${layer} ${spaced(quantity)}</td>
                ${this.row(layer, quantity, probe)}
              </tr>`,
          )}
        </tbody>
      </table>
      ${
        first
          ? html`<p class="muted">
              ${scoreName(first)}; ${formatCount(first.states)} states, tested on ${first.groups} that the model was not
              fitted to. ${verdict(first)}
            </p>`
          : nothing
      }`;
  }

  private row(layer: string, quantity: string, probe: Loadable<LinearProbe>): TemplateResult {
    const value = probe.state === 'ready' ? probe.value : null;
    if (!value)
      return html`<td colspan="4">
        ${
          probe.state === 'failed' ? failedPanel(probe) : probe.state === 'empty' ? probe.why : loadingPanel('fitting…')
        }
      </td>`;
    const format = (score: number) => (value.classes ? percent(score) : formatNumber(score));
    return html`<td><b>${format(value.score)}</b></td>
      <td>${format(value.control)}</td>
      <td>${format(value.selectivity)}</td>
      <td>
        <button
          title="Choose unit ${value.unit}"
          @click=${() => this.store.select({ layer, quantity, unit: value.unit })}
        >
          ${value.unit}: ${format(value.unitScore)}
        </button>
      </td>`;
  }
}
customElements.define('rv-linear-probe', ProbePart);

const scoreName = ({ classes, chance }: LinearProbe) =>
  classes ? `Mean recall over ${classes.length} classes, ${percent(chance)} by chance` : 'R², 0 or less by chance';

/** Share of the way from chance to certainty. */
const above = ({ chance }: LinearProbe, score: number) => (score - chance) / (1 - chance);

/** Sentence on what the scores of a layer mean. */
export function verdict(probe: LinearProbe): string {
  const [score, unit, control] = [probe.score, probe.unitScore, probe.control].map((value) => above(probe, value));
  if (!(score > 0.1)) return 'A linear model does not find it here.';
  if (score - control < 0.1)
    return 'Random answers for each token are read as well: it may be the token, and not what the layer made of it.';
  if (unit > 0.8 * score) return 'One unit tells nearly as much as all of them.';
  return 'It is spread over units: all of them tell more than the best one.';
}
