import { css, html, nothing, svg } from 'lit';
import { live } from 'lit/directives/live.js';
import { findingKey } from '../data/finding-key.ts';
import type { Scalars } from '../data/scalars.ts';
import type { Digest, Emerged } from '../data/types.ts';
import { lossPath } from '../ui/draw/loss-line.ts';
import type { Player } from '../state/player.ts';
import { axisWords, stepRangesOf } from '../state/axis.ts';
import { nearestStep } from '../state/resolve-selection.ts';
import { valueOrStale, type Change, type Selection, type Store } from '../state/store.ts';
import '../ui/diagnoses.ts';
import '../ui/skipped-recordings.ts';
import { controls } from '../ui/theme.ts';
import { SignalElement } from '../ui/signal-element.ts';
import { capital, truncate, spaced } from '../ui/format.ts';
import { wordingOf } from '../state/wording.ts';

const WIDTH = 1000;
const HEIGHT = 20;
const TRACK = 18;
/** Keras' tags of the loss of an epoch. */
const TRAINING = ['epoch_loss', 'loss', 'train/loss'];

/**
 * Slider over the steps, with the loss.
 * Ticks mark the steps at which the chosen unit was a finding of the chosen feature. Steps without activity are
 * hollow; the slider passes over them.
 */
export class EpochBar extends SignalElement {
  static override properties = { store: { attribute: false }, player: { attribute: false } };
  declare store: Store;
  declare player: Player;

  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        gap: 10px;
        align-items: center;
        padding: 4px 10px;
        border-bottom: 1px solid var(--rv-line);
        min-width: 0;
      }
      .play {
        width: 30px;
        padding: 0;
        flex: none;
      }
      .track {
        flex: 1 1 0;
        min-width: 80px;
        position: relative;
      }
      input {
        appearance: none;
        display: block;
        width: 100%;
        margin: 0;
        padding: 0;
        height: 18px;
        border: 0;
        background: linear-gradient(var(--rv-line), var(--rv-line)) center / calc(100% - 16px) 3px no-repeat;
      }
      input::-webkit-slider-thumb {
        appearance: none;
        width: 16px;
        height: 16px;
        border-radius: 8px;
        background: var(--rv-accent);
        cursor: grab;
      }
      input::-moz-range-thumb {
        border: 0;
        width: 16px;
        height: 16px;
        border-radius: 8px;
        background: var(--rv-accent);
        cursor: grab;
      }
      svg.hollow {
        position: absolute;
        top: 0;
        height: ${TRACK}px;
        pointer-events: none;
      }
      .hollow path {
        stroke-linecap: round;
        stroke-width: 9;
      }
      .hollow path + path {
        stroke: var(--rv-page);
        stroke-width: 6;
      }
      svg {
        display: block;
        position: relative;
        left: 8px;
        width: calc(100% - 16px);
        height: ${HEIGHT}px;
        overflow: visible;
      }
      path {
        fill: none;
        stroke: var(--rv-muted);
        stroke-width: 1.25;
        vector-effect: non-scaling-stroke;
      }
      path.other {
        stroke-dasharray: 4 3;
      }
      path.tick {
        stroke: var(--rv-accent);
        stroke-width: 2;
      }
      path.now {
        stroke: var(--rv-line);
      }
      path.hovered {
        stroke: var(--rv-accent);
        stroke-dasharray: 2 2;
      }
      path.training {
        stroke-dasharray: 1 3;
        stroke-linecap: round;
      }
      .emerged {
        position: absolute;
        bottom: -7px;
        width: 9px;
        height: 9px;
        margin-left: -4.5px;
        padding: 0;
        border: 0;
        border-radius: 0;
        background: var(--rv-accent);
        clip-path: polygon(50% 0, 100% 100%, 0 100%);
      }
      .emerged:hover:not(:disabled),
      .emerged:focus-visible {
        background: var(--rv-ink);
        outline: none;
      }
      .notes {
        position: relative;
        display: flex;
        flex-wrap: wrap;
        justify-content: end;
        min-width: 0;
        flex: 0 1 auto;
      }
      .says {
        flex: none;
        min-width: 116px;
        text-align: right;
        line-height: 1.3;
      }
      .says div:last-child {
        font-size: 12px;
      }
    `,
  ];

  override render() {
    const { store, player } = this;
    const [steps, selection] = [store.main.steps.value, store.selection.value];
    if (!selection || !steps.length) return nothing;
    const all = store.main.allSteps.value;
    const earlier = store.main.earlier.value;
    const axis = store.main.axis.value;
    const at = all.indexOf(selection.step);
    const last = all[all.length - 1];
    const loss = store.main.digest.value?.loss ?? null;
    const playing = player.playing.value;
    const name = axis.name(selection.step);
    const isOnce = all.length === 1 && axis === axisWords('once');
    const of = html`<span class="muted"> of ${last}</span>`;
    return html` <button
        class="play"
        ?disabled=${steps.length < 2}
        aria-label=${playing ? 'Pause' : `Play the ${axis.plural}`}
        title=${playing ? 'Pause (space)' : 'Play (space)'}
        @click=${() => player.toggle()}
      >
        ${playing ? '❚❚' : '▶'}
      </button>
      <div class="track">
        <input
          type="range"
          min="0"
          max=${Math.max(1, all.length - 1)}
          step="1"
          .value=${live(String(at))}
          ?disabled=${steps.length < 2}
          aria-label=${capital(axis.singular)}
          aria-valuetext=${name}
          title="${capital(axis.singular)} (← →)"
          @input=${(event: Event) => this.slide(event.target as HTMLInputElement, at)}
        />
        ${hollows(all, steps)} ${this.losses(all, at, selection)}
      </div>
      <div class="notes">
        <rv-doctor
          .symptoms=${store.main.digest.value?.doctor ?? []}
          .at=${name}
          .wording=${wordingOf(store)}
          @rv-place=${(event: CustomEvent<Change>) => store.select(event.detail)}
        ></rv-doctor>
        <rv-left-out .gaps=${store.main.gaps.value} .steps=${all} .axis=${axis}></rv-left-out>
        ${earlier ? html`<span class="muted" role="status">reading ${earlier} earlier ${axis.plural}…</span>` : nothing}
      </div>
      <div class="says number">
        <div>${isOnce ? 'recorded once' : name}${isOnce || last < 0 || selection.step < 0 ? nothing : of}</div>
        <div class="muted" title="loss on the probe in nats per token">
          ${loss === null ? 'no loss logged' : `loss ${loss.toFixed(3)}`}
        </div>
      </div>`;
  }

  private slide(input: HTMLInputElement, from: number): void {
    this.player.playing.value = false;
    const all = this.store.main.allSteps.peek();
    const step = landing(all, this.store.main.steps.peek(), from, input.valueAsNumber);
    input.value = String(all.indexOf(step));
    this.store.select({ step });
  }

  private losses(steps: readonly number[], at: number, selection: Selection) {
    const { store } = this;
    const x = (i: number) => (WIDTH * i) / Math.max(1, steps.length - 1);
    const runs = new Map(
      store.comparedRecordings.value.map((recording) => [recording.data.read.value?.run, recording]),
    );
    const probes = [...runs.values()].map(({ data }) => along(steps, valueOrStale(data.digests.value) ?? []));
    const training = trainingLoss(valueOrStale(store.main.scalars.value), steps);
    const lines = [...probes, ...(training ? [training] : [])];
    const numbers = lines.flat().filter((loss): loss is number => loss !== null);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const path = (line: readonly (number | null)[]) => lossPath(line, low, high, WIDTH, HEIGHT);
    const withFindings = stepsOf(valueOrStale(store.main.digests.value) ?? [], selection);
    const ticks = steps.flatMap((step, i) => (withFindings.has(step) ? [`M${x(i)} ${HEIGHT}V${HEIGHT - 6}`] : []));
    const hovered = steps.indexOf(store.hover.value.step ?? NaN);
    const label = training ? 'Loss on the probe; dotted, that of the training' : 'Loss on the probe';
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label=${label}>
        ${svg`<title>${label}</title><path class="now" d="M${x(at)} 0V${HEIGHT}"></path>
      ${hovered < 0 ? '' : svg`<path class="hovered" d="M${x(hovered)} 0V${HEIGHT}"></path>`}
      ${probes.slice(1).map((line) => svg`<path class="other" d=${path(line)}></path>`)}
      ${training ? svg`<path class="training" d=${path(training)}></path>` : ''}
      <path d=${path(probes[0] ?? [])}></path>
      <path class="tick" d=${ticks.join('')}><title>the unit chosen is a finding here</title></path>`}</svg
      >${this.emergences(steps, x)}`;
  }

  /** Marks of emergence: a press selects the step and the unit of a finding. */
  private emergences(steps: readonly number[], x: (i: number) => number) {
    const { store } = this;
    const emerged = (valueOrStale(store.main.digests.value) ?? []).at(-1)?.emergence ?? [];
    const recordedSteps = store.main.steps.value;
    const byStep = new Map<number, Emerged[]>();
    for (const one of emerged) byStep.set(one.step, [...(byStep.get(one.step) ?? []), one]);
    const nameOf = ({ feature, layer, quantity, unit }: Emerged) =>
      `${truncate(feature)}: ${layer} ${spaced(quantity)} ${unit}`;
    return [...byStep]
      .filter(([step]) => steps.includes(step))
      .map(([step, all]) => {
        const title = `Since ${store.main.axis.value.name(step)} there is a unit for ${all.map(nameOf).join('; ')}`;
        const { feature, layer, quantity, unit } = all[0];
        return html`<button
          class="emerged"
          style=${`left:calc(8px + (100% - 16px) * ${x(steps.indexOf(step)) / WIDTH})`}
          title=${title}
          aria-label=${title}
          ?disabled=${!recordedSteps.length}
          @click=${() => store.select({ feature, layer, quantity, unit, step: nearestStep(recordedSteps, step) })}
        ></button>`;
      });
  }
}
customElements.define('rv-epoch-bar', EpochBar);

/**
 * Step at which a moved slider stops: the nearest one with activity.
 * Steps in the direction of the move come first.
 */
export function landing(all: readonly number[], recordedSteps: readonly number[], from: number, to: number): number {
  const indices = recordedSteps.map((step) => all.indexOf(step));
  const ahead = indices.filter((index) => (to > from ? index > from : index < from));
  const nearest = (of: readonly number[]) =>
    of.reduce((best, index) => (Math.abs(index - to) < Math.abs(best - to) ? index : best));
  return all[to === from || !ahead.length ? from : nearest(ahead)];
}

/** On the track, the stretches of steps that cannot be shown. */
function hollows(all: readonly number[], recordedSteps: readonly number[]) {
  const here = new Set(recordedSteps);
  const lost = all.filter((step) => !here.has(step));
  if (!lost.length) return nothing;
  const positions = new Map(all.map((step, i) => [step, (WIDTH * i) / Math.max(1, all.length - 1)]));
  const path = stepRangesOf(lost, all)
    .map(
      ([first, last]) =>
        `M${positions.get(first)!.toFixed(2)} ${TRACK / 2}H${(positions.get(last)! + 0.01).toFixed(2)}`,
    )
    .join('');
  return html`<svg class="hollow" viewBox="0 0 ${WIDTH} ${TRACK}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<path d=${path}></path><path d=${path}></path>`}
  </svg>`;
}

const along = (steps: readonly number[], digests: readonly Digest[]) => {
  const losses = new Map(digests.map(({ step, loss }) => [step, loss]));
  return steps.map((step) => losses.get(step) ?? null);
};

/** Of the run itself or one beside it, where its steps are those of the recordings. */
function trainingLoss(scalars: Scalars | null, steps: readonly number[]): (number | null)[] | null {
  const series = scalars?.runs
    .flatMap(({ tags }) => tags)
    .find(({ tag, steps: own }) => TRAINING.includes(tag) && steps.some((step) => own.includes(step)));
  if (!series) return null;
  const losses = new Map(Array.from(series.steps, (step, i) => [step, series.values[i]]));
  const line = steps
    .map((step) => losses.get(step) ?? null)
    .map((loss) => (loss !== null && Number.isFinite(loss) ? loss : null));
  return line.some((loss) => loss !== null) ? line : null;
}

/** Steps at which the selected unit is a finding for the selected feature. */
function stepsOf(digests: readonly Digest[], selection: Selection): ReadonlySet<number> {
  const key = findingKey(selection);
  return new Set(digests.filter(({ listed }) => listed.includes(key)).map(({ step }) => step));
}
