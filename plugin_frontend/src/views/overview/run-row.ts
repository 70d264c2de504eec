import { css, html, nothing, type TemplateResult } from 'lit';
import type { Digest, Finding, ProbeInfo, RunInfo } from '../../data/types.ts';
import { lossPath } from '../../ui/draw/loss-line.ts';
import { moment } from '../../ui/draw/time-scale.ts';
import '../../ui/diagnoses.ts';
import '../../ui/skipped-recordings.ts';
import { controls } from '../../ui/theme.ts';
import { SignalElement } from '../../ui/signal-element.ts';
import { capital, formatCount, pluralize, formatNumber, truncate, spaced } from '../../ui/format.ts';
import { emptyPanel, loadablePanel } from '../../ui/state-panel.ts';
import { axisWords } from '../../state/axis.ts';
import { SIGNIFICANT } from '../../state/finding-context.ts';
import { overviewOf } from '../../state/overview.ts';
import { valueOrStale, type Change, type Selection, type ViewContext } from '../../state/store.ts';
import type { Timeline } from '../../state/timeline.ts';
import { wordingOfProbe } from '../../state/wording.ts';
import { byteSize, bytesOf, comparisonOf, lettersOf, lossesOf, probeOf, selectionOf } from './overview-model.ts';

const [WIDTH, HEIGHT] = [96, 26];
const FINDINGS = 3;
const TITLES = 2;

/**
 * Summary of one run: loss, log, diagnoses and findings.
 * It is read once it is in sight.
 */
export class RunRow extends SignalElement {
  static override properties = { store: { attribute: false }, run: { attribute: false }, seen: { type: Boolean } };
  declare store: ViewContext;
  declare run: RunInfo;
  declare seen: boolean;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        position: relative;
        min-height: 96px;
        box-sizing: border-box;
        padding: 6px 8px;
        border-bottom: 1px solid var(--rv-line);
        font-size: 12px;
        line-height: 1.4;
      }
      :host([shown]) {
        box-shadow: inset 3px 0 var(--rv-accent);
      }
      .top,
      .line {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 8px;
        align-items: center;
        min-width: 0;
      }
      h3 {
        margin: 0;
        font-size: 13px;
        font-weight: 500;
        flex: 1 1 120px;
        min-width: 0;
        overflow-wrap: anywhere;
        max-height: 3lh;
        overflow: hidden;
      }
      .letter {
        border: 1px solid var(--rv-accent);
        border-radius: 3px;
        padding: 0 4px;
        font-size: 12px;
      }
      .buttons {
        display: flex;
        gap: 4px;
      }
      svg {
        display: block;
        flex: none;
        overflow: visible;
        margin: 2px 0;
      }
      path {
        fill: none;
        stroke: var(--rv-ink);
        stroke-width: 1.25;
        stroke-linecap: round;
      }
      .line > span {
        overflow-wrap: anywhere;
        min-width: 0;
      }
      .finding {
        height: auto;
        white-space: normal;
        text-align: left;
        overflow-wrap: anywhere;
        padding: 0 5px;
        max-width: 100%;
      }
      .chance {
        color: var(--rv-muted);
      }
      .error {
        color: var(--rv-error);
        font-weight: 500;
      }
      rv-doctor,
      rv-left-out {
        margin-left: -6px;
      }
      p {
        margin: 0;
        color: var(--rv-muted);
      }
    `,
  ];

  constructor() {
    super();
    this.seen = false;
  }

  override render() {
    const { store, run } = this;
    const selection = store.selection.value;
    const probe = probeOf(run, selection?.probe ?? '');
    const letters = selection ? lettersOf(run.run, selection) : [];
    this.toggleAttribute('shown', letters.includes('A'));
    const timeline = this.seen && probe ? overviewOf(store, run.run, probe.probe) : null;
    const digests = timeline && valueOrStale(timeline.digests.value);
    return html`<div class="top">
        <h3 title=${run.name}>${truncate(run.name, 200)}</h3>
        ${letters.map((letter) => html`<span class="letter" title="Shown as ${letter}">${letter}</span>`)}
        ${selection ? this.buttons(selection, letters, probe) : nothing}
      </div>
      ${
        probe
          ? this.log(probe, digests?.at(-1) ?? null, digests ?? [])
          : html`<p>Nothing was recorded of this run yet.</p>`
      }
      ${timeline ? (digests ? this.summary(timeline, digests, probe!) : this.waiting(timeline)) : nothing}`;
  }

  private buttons(selection: Selection, letters: readonly string[], probe: ProbeInfo | null) {
    const { store, run } = this;
    const [isA, isCompared] = [letters.includes('A'), letters.some((letter) => letter !== 'A')];
    const wish = store.selectionRequest.value;
    const wished = [...(wish.compare ? [wish.compare] : []), ...(wish.more ?? [])];
    const reads = run.probes.some((one) => one.probe === selection.probe && one.steps.length);
    const change = comparisonOf(run.run, selection, wished);
    const why =
      isA && !isCompared
        ? 'This is A'
        : !reads
          ? `It has no recording of ${truncate(selection.probe)}`
          : change
            ? isCompared
              ? 'Stop comparing it'
              : 'Compare it with A'
            : 'No more runs can be compared';
    return html`<span class="buttons">
      <button
        aria-pressed=${isA}
        title="Show this run as A"
        ?disabled=${!probe?.steps.length}
        @click=${() => this.show(selection)}
      >
        Show
      </button>
      <button
        aria-pressed=${isCompared}
        title=${why}
        ?disabled=${!isCompared && (isA || !reads || !change)}
        @click=${() => change && store.select(change)}
      >
        Compare
      </button></span
    >`;
  }

  private show(selection: Selection): void {
    const { store, run } = this;
    const wish = store.selectionRequest.peek();
    const index = valueOrStale(store.index.peek());
    if (index)
      store.select(
        selectionOf(run.run, index, selection, [...(wish.compare ? [wish.compare] : []), ...(wish.more ?? [])]),
      );
  }

  /** Content of the log: loss over all steps, and sizes. */
  private log(probe: ProbeInfo, last: Digest | null, digests: readonly Digest[]): TemplateResult {
    const axis = axisWords(probe.axis);
    const step = last?.step ?? probe.steps.at(-1);
    const losses = lossesOf(digests);
    const bytes = bytesOf(digests);
    const values = digests.map(({ loss }) => loss);
    const numbers = values.filter((loss): loss is number => loss !== null);
    const steps = digests.length || probe.steps.length;
    return html`<div class="line">
        ${
          losses
            ? html`<svg
                  class="chart"
                  width=${WIDTH}
                  height=${HEIGHT}
                  viewBox="0 0 ${WIDTH} ${HEIGHT}"
                  role="img"
                  aria-label="Loss over the ${axis.plural}"
                >
                  <path
                    d="${lossPath(
                      values,
                      Math.min(...numbers),
                      Math.max(...numbers),
                      WIDTH,
                      HEIGHT,
                    )}${numbers.length === 1 ? 'h1' : ''}"
                  ></path>
                </svg>
                <span class="number loss" title="loss on the probe, nats per token: first and last"
                  >loss ${formatNumber(losses.first)} → <b>${formatNumber(losses.last)}</b></span
                >`
            : digests.length
              ? html`<span class="muted">no loss logged</span>`
              : nothing
        }
        <span class="number">${step === undefined ? 'no recording' : axis.name(step)}</span
        ><span class="muted number" title="last written">${moment(this.run.wallTime)}</span>
      </div>
      <div class="line muted">
        <span class="number"
          >${
            probe.layers.map(({ layer, units }) => `${truncate(layer)} ${pluralize(units, 'unit')}`).join(', ') ||
            'no layers'
          }${last ? ` · ${pluralize(last.tokens, wordingOfProbe(probe)('token'))}` : ''}
          · ${formatCount(steps)}
          ${steps === 1 ? axis.singular : axis.plural}${bytes === null ? '' : ` · ${byteSize(bytes)}`}</span
        >
        <span title="recorded quantities"
          >${[
            ...new Set(probe.layers.flatMap(({ quantities }) => quantities.map(({ quantity }) => spaced(quantity)))),
          ].join(', ')}</span
        >
      </div>`;
  }

  private waiting({ digests }: Timeline) {
    return loadablePanel(digests.value, 'Reading…');
  }

  private summary(timeline: Timeline, digests: readonly Digest[], probe: ProbeInfo) {
    const last = digests.at(-1);
    if (!last) return emptyPanel(`Nothing was logged of ${truncate(probe.probe)} yet.`);
    const go = (change: Change) =>
      this.store.select({ run: this.run.run, probe: probe.probe, step: last.step, ...change });
    const axis = timeline.axis.value;
    return html`<div class="line ${timeline.digests.value.state === 'loading' ? 'old' : ''}">
        ${
          last.doctor.length
            ? html`<rv-doctor
                  .symptoms=${last.doctor}
                  .at=${axis.name(last.step)}
                  .wording=${wordingOfProbe(probe)}
                  @rv-place=${(event: CustomEvent<Change>) => go(event.detail)}
                ></rv-doctor
                ><span class="titles">${titles(last)}</span>`
            : html`<span class="muted">doctor: nothing looks wrong</span>`
        }
        <rv-left-out .gaps=${timeline.gaps.value} .steps=${timeline.allSteps.value} .axis=${axis}></rv-left-out>
      </div>
      <div class="line findings">
        ${last.findings.slice(0, FINDINGS).map((h) => finding(h, go))}
        ${last.findings.length ? nothing : html`<span class="muted">no findings</span>`}
      </div>`;
  }
}
customElements.define('rv-run-row', RunRow);

/** The first titles of what the doctor found, the worst first. */
function titles({ doctor }: Digest) {
  const worst = [...doctor].sort((a, b) => rank(a.severity) - rank(b.severity));
  const distinct = [...new Map(worst.map((symptom) => [symptom.title, symptom])).values()];
  const rest = distinct.length - TITLES;
  return html`${distinct
    .slice(0, TITLES)
    .map(
      ({ severity, title, layer }, i) =>
        html`${i ? ', ' : ''}<span class=${severity}>${i ? title : capital(title)}</span> in ${truncate(layer)}`,
    )}${rest > 0 ? ` and ${rest} more` : ''}`;
}
const rank = (severity: string) => ['error', 'warning', 'note'].indexOf(severity);

function finding(h: Finding, go: (change: Change) => void) {
  const { feature, layer, quantity, unit } = h;
  const stands = !(h.q > SIGNIFICANT);
  return html`<button
    class=${stands ? 'finding' : 'finding chance'}
    title="Show unit ${unit} of ${layer} in this run${stands ? '' : '; not above chance'}"
    @click=${() => go({ feature, layer, quantity, unit })}
  >
    <b>${truncate(feature)}</b> ${truncate(layer)} ${spaced(quantity)} ${unit}
    <span class="number">${formatNumber(h.effect, true)}</span>${stands ? nothing : ' · chance'}
  </button>`;
}
