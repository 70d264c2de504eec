import { html, nothing, type TemplateResult } from 'lit';
import type { Explanations } from '../../data/explanations.ts';
import { chooseStep } from '../../state/choose-step.ts';
import { valueOrStale } from '../../state/store.ts';
import { wordingOf } from '../../state/wording.ts';
import '../../ui/charts/line-chart.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import { legendStyle, lineLegend } from '../../ui/line-legend.ts';
import { emptyPanel } from '../../ui/state-panel.ts';
import { Part, partStyle } from '../../ui/view-part.ts';
import { halfLifeChart, reachChart, reachSentence } from './reach-model.ts';

/** Layers whose curves are drawn together. */
const MOST_LAYERS = 4;

/** Reach of the gradient of the loss, beside what the states retain. */
export class ReachPart extends Part {
  static override styles = [...partStyle, legendStyle];

  override render(): TemplateResult {
    const { store } = this;
    const recordings = [this.recording, ...this.over];
    const dark = store.dark.value;
    const tokens = wordingOf(store)('tokens');
    const [{ data }] = recordings;
    const several = recordings.length > 1;
    const all = recordings.map((recording) => ({
      recording,
      explanations: valueOrStale(recording.data.explanations.value),
      history: valueOrStale(recording.data.explanationHistory(-1, -1).value),
    }));
    const layers = layersOf(all[0].explanations, store.selection.value?.layer ?? '');
    if (!layers.length) {
      const note = all[0].explanations?.reachNote ?? 'no recurrent layer on the way from the loss';
      return html`<section aria-label="Reach">${emptyPanel(`How far learning reaches is unknown: ${note}.`)}</section>`;
    }
    const colorOf = (series: number) => (layer: string) =>
      strokeOf(several ? series : layers.indexOf(layer), dark).color;
    const curves = all.map(({ recording, explanations }) => ({
      letter: several ? recording.letter : '',
      reach: explanations?.reach ?? [],
      memory: recording.data.digest.value?.memory ?? {},
      colorOf: colorOf(recording.series),
    }));
    const histories = all.flatMap(({ recording, history }) =>
      history ? [{ letter: several ? recording.letter : '', history, colorOf: colorOf(recording.series) }] : [],
    );
    const { plural, name } = data.axis.value;
    const now = data.ref.value?.step ?? NaN;
    const chart = reachChart(curves, layers, { tokens });
    const halfLives = halfLifeChart(histories, layers, { now, plural, nameOf: name, tokens });
    return html`<section aria-label="Reach" data-figure>
      <h3>
        How far back learning reaches
        <span class="muted"
          >gradient of ${all[0].explanations?.targets ?? 0} losses by distance; dotted: what the median unit
          retains</span
        >
      </h3>
      ${curves.map(({ letter, reach, memory }) =>
        layers.map((layer) => {
          const sentence = reachSentence(layer, reach, memory[layer], tokens);
          return sentence ? html`<p>${letter ? `${letter} · ` : ''}${sentence}</p>` : nothing;
        }),
      )}
      ${lineLegend(chart.lines.map(({ name: line, color, dash }) => ({ name: line, color, dash: dashes(dash) })))}
      <rv-line-chart .chart=${chart}></rv-line-chart>
      ${
        histories.some(({ history }) => history.steps.length > 1)
          ? html`<h3>Half-life over ${plural}</h3>
              <rv-line-chart
                .chart=${halfLives}
                .hover=${store.hover.value.step}
                chooses
                @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
                @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, recordings[0], event.detail)}
              ></rv-line-chart>`
          : nothing
      }
    </section>`;
  }
}
customElements.define('rv-why-reach', ReachPart);

const dashes = (dash = '') => dash.split(' ').filter(Boolean).map(Number);

/** Layers whose gradients are drawn: all of a few, or the one chosen. */
function layersOf(explanations: Explanations | null, chosen: string): readonly string[] {
  const all = [...new Set(explanations?.reach.map(({ layer }) => layer))];
  return all.length <= MOST_LAYERS ? all : all.includes(chosen) ? [chosen] : all.slice(-1);
}
