import { css, html, nothing, svg } from 'lit';
import type { Digest } from '../data/types.ts';
import { lossPath } from '../draw/loss-line.ts';
import type { Player } from '../state/player.ts';
import { shown, type Selection, type Store } from '../state/store.ts';
import { controls } from './theme.ts';
import { Watching } from './watching.ts';
import { epochName } from './words.ts';

const WIDTH = 1000;
const HEIGHT = 20;

/** The epochs: a slider over the loss, with a tick where the unit chosen was a finding of the feature chosen. */
export class EpochBar extends Watching {
  static override properties = { store: { attribute: false }, player: { attribute: false } };
  declare store: Store;
  declare player: Player;

  static override styles = [controls, css`
    :host { display: flex; gap: 10px; align-items: center; padding: 4px 10px; border-bottom: 1px solid var(--rv-line); min-width: 0; }
    .play { width: 30px; padding: 0; flex: none; }
    .track { flex: 1 1 0; min-width: 80px; position: relative; }
    input { appearance: none; display: block; width: 100%; margin: 0; padding: 0; height: 18px; border: 0; background: linear-gradient(var(--rv-line), var(--rv-line)) center / calc(100% - 16px) 3px no-repeat; }
    input::-webkit-slider-thumb { appearance: none; width: 16px; height: 16px; border-radius: 8px; background: var(--rv-accent); cursor: grab; }
    input::-moz-range-thumb { border: 0; width: 16px; height: 16px; border-radius: 8px; background: var(--rv-accent); cursor: grab; }
    svg { display: block; position: relative; left: 8px; width: calc(100% - 16px); height: ${HEIGHT}px; overflow: visible; }
    path { fill: none; stroke: var(--rv-muted); stroke-width: 1.25; vector-effect: non-scaling-stroke; }
    path.other { stroke-dasharray: 4 3; }
    path.tick { stroke: var(--rv-accent); stroke-width: 2; }
    path.now { stroke: var(--rv-line); }
    .says { flex: none; min-width: 116px; text-align: right; line-height: 1.3; }
    .says div:last-child { font-size: 12px; }
  `];

  override render() {
    const { store, player } = this;
    const [steps, selection] = [store.steps.value, store.selection.value];
    if (!selection || !steps.length) return nothing;
    const at = steps.indexOf(selection.step);
    const last = steps[steps.length - 1];
    const loss = store.digest.value?.loss ?? null;
    const playing = player.playing.value;
    const name = epochName(selection.step);
    return html`
      <button class="play" ?disabled=${steps.length < 2} aria-label=${playing ? 'Pause' : 'Play the epochs'} title=${playing ? 'Pause (space)' : 'Play (space)'}
        @click=${() => player.toggle()}>${playing ? '❚❚' : '▶'}</button>
      <div class="track">
        <input type="range" min="0" max=${Math.max(1, steps.length - 1)} step="1" .value=${String(at)} ?disabled=${steps.length < 2}
          aria-label="Epoch" aria-valuetext=${name} title="Epoch (← →)" @input=${(event: Event) => this.slide(steps[(event.target as HTMLInputElement).valueAsNumber])} />
        ${this.losses(steps, at, selection)}
      </div>
      <div class="says number"><div>${name}${last >= 0 && selection.step >= 0 ? html`<span class="muted"> of ${last}</span>` : nothing}</div>
        <div class="muted" title="loss on the probe in nats per token">${loss === null ? 'no loss logged' : `loss ${loss.toFixed(3)}`}</div></div>`;
  }

  private slide(step: number): void {
    this.player.playing.value = false;
    this.store.select({ step });
  }

  private losses(steps: readonly number[], at: number, selection: Selection) {
    const own = shown(this.store.digests.value) ?? [];
    const compared = selection.compare && selection.compare.run !== selection.run ? shown(this.store.comparedDigests.value) ?? [] : [];
    const [a, b] = [along(steps, own), along(steps, compared)];
    const numbers = [...a, ...b].filter((loss): loss is number => loss !== null);
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    const x = (i: number) => (WIDTH * i) / Math.max(1, steps.length - 1);
    const ticks = steps.flatMap((step, i) => (isFound(own, step, selection) ? [`M${x(i)} ${HEIGHT}V${HEIGHT - 6}`] : []));
    return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
      ${svg`<path class="now" d="M${x(at)} 0V${HEIGHT}"></path>
      <path class="other" d=${lossPath(b, low, high, WIDTH, HEIGHT)}></path>
      <path d=${lossPath(a, low, high, WIDTH, HEIGHT)}></path>
      <path class="tick" d=${ticks.join('')}><title>a finding here</title></path>`}
    </svg>`;
  }
}
customElements.define('rv-epoch-bar', EpochBar);

const along = (steps: readonly number[], digests: readonly Digest[]) => {
  const losses = new Map(digests.map(({ step, loss }) => [step, loss]));
  return steps.map((step) => losses.get(step) ?? null);
};

function isFound(digests: readonly Digest[], step: number, { layer, quantity, unit, feature }: Selection): boolean {
  const hypotheses = digests.find((digest) => digest.step === step)?.hypotheses ?? [];
  return hypotheses.some((h) => h.layer === layer && h.quantity === quantity && h.unit === unit && h.feature === feature);
}
