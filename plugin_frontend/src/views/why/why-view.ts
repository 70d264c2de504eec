import { html, nothing, type TemplateResult } from 'lit';
import type { ExplainedPrediction, Explanations } from '../../data/explanations.ts';
import type { ProbeInfo, TokenText } from '../../data/types.ts';
import { chooseStep } from '../../state/choose-step.ts';
import type { Colormap } from '../../state/colormap.ts';
import { startOf } from '../../state/named-matrices.ts';
import { pinnedToken, pinToken } from '../../state/pinned-token.ts';
import { findProbe } from '../../state/resolve-selection.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import { printed, visible } from '../../state/visible-characters.ts';
import { wordingOf } from '../../state/wording.ts';
import { findSetting, isGap } from '../../ui/draw/tokens.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { capital, formatNumber, truncate } from '../../ui/format.ts';
import '../../ui/legend.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { emptyPanel, loadablePanel, loadingPanel } from '../../ui/state-panel.ts';
import { codeStyle, controls } from '../../ui/theme.ts';
import { headingStyle, latest } from '../../ui/view-part.ts';
import { View } from '../../ui/view.ts';
import './reach-part.ts';
import {
  accountOf,
  chosenPrediction,
  keyOf,
  outcome,
  partColors,
  readParts,
  REASONS,
  strongestParts,
  tokenOf,
} from './why-model.ts';
import { bar, signalGrid } from './why-pieces.ts';
import { whyStyle } from './why-style.ts';

/** Tokens of a row over the epochs, and of the words of a prediction in the list. */
const [ROW, CONTEXT] = [120, 24];
const PYTHON = 'rv.RNNVizCallback(log_dir, probes=probe, attributions=True)';

/** Tokens of the input that is explained, and where a sequence begins in them. */
interface Input {
  readonly text: TokenText;
  /** True if it is the source of a pair, none of which is before a prediction. */
  readonly isPair: boolean;
}

/** Attributions of chosen predictions, and how far back learning reaches. */
export class WhyView extends View {
  static override styles = [controls, codeStyle, panelStyle, headingStyle, whyStyle];

  private readonly settingOf = latest((table: readonly string[]) => findSetting(table));
  /** Token that was pinned when a prediction was chosen here. */
  private pinnedBefore: number | null = null;

  override render(): TemplateResult {
    const { store, recording } = this;
    if (!recording || !store.selection.value) return loadingPanel('Waiting for a recording…', 'fill');
    const info = this.probe(recording);
    if (info && !info.explained?.length) return this.off(info);
    const step = recording.data.ref.value?.step ?? NaN;
    if (info?.explained && !info.explained.includes(step)) return this.notHere(recording, info.explained, step);
    const loadable = recording.data.explanations.value;
    const explanations = valueOrStale(loadable);
    if (!explanations) return loadablePanel(loadable, 'Reading the explanations…', 'fill');
    const text = valueOrStale(recording.data.text.value);
    const chosen = this.chosen(explanations, text);
    return html`<div class="page ${loadable.state === 'ready' ? '' : 'old'}">
      ${
        explanations.predictions.length && chosen
          ? html`<div class="columns">
              ${this.list(explanations, chosen, text)}
              <div>
                ${this.recordings.map((one) => this.moved(one, chosen))} ${this.overEpochs(recording, chosen, text)}
              </div>
            </div>`
          : emptyPanel(`No attribution: ${explanations.note ?? 'no prediction was chosen'}.`)
      }
      <rv-why-reach .store=${store} .recording=${recording} .over=${this.recordings.slice(1)}></rv-why-reach>
    </div>`;
  }

  private probe({ data }: ComparedRecording): ProbeInfo | null {
    const [index, ref] = [valueOrStale(this.store.index.value), data.ref.value];
    return (index && ref && findProbe(index, ref.run, ref.probe)) || null;
  }

  private off({ probe }: ProbeInfo): TemplateResult {
    return emptyPanel(
      html`<span>Nothing is explained of ${probe} in this run. To see what moved its predictions, train with</span>
        <pre>${PYTHON}</pre>`,
      'fill',
    );
  }

  private notHere(recording: ComparedRecording, explained: readonly number[], step: number): TemplateResult {
    const { name, names } = recording.data.axis.value;
    const nearest = explained.reduce((best, one) => (Math.abs(one - step) < Math.abs(best - step) ? one : best));
    return emptyPanel(
      `Nothing is explained at ${name(step)}. Explained: ${names(explained, recording.data.steps.value)}.`,
      'fill',
      { label: `Show ${name(nearest)}`, act: () => chooseStep(this.store, recording, nearest) },
    );
  }

  private chosen({ predictions }: Explanations, text: TokenText | null): ExplainedPrediction | null {
    const pinned = pinnedToken(this.store);
    const key = this.store.option('why').value;
    const byToken = pinned !== null && pinned !== this.pinnedBefore;
    const about = byToken ? chosenPrediction(predictions, '', pinned, text) : null;
    const isAbout = about && text && [pinned!, pinned! - 1].includes(tokenOf(text, about));
    return isAbout ? about : chosenPrediction(predictions, key, null, text);
  }

  private choose(prediction: ExplainedPrediction): void {
    this.pinnedBefore = pinnedToken(this.store);
    this.store.option('why').value = keyOf(prediction);
    this.requestUpdate();
  }

  private input(recording: ComparedRecording): Input | null {
    const [index, ref] = [valueOrStale(this.store.index.value), recording.data.ref.value];
    const run = index?.runs.find((one) => one.run === ref?.run);
    const source = run?.probes.find((one) => one.parent === ref?.probe && one.stepsOf === 'source');
    const loadable = source ? recording.data.textOf(source.probe) : recording.data.text;
    const text = valueOrStale(loadable.value);
    return text && { text, isPair: source !== undefined };
  }

  private list({ predictions }: Explanations, chosen: ExplainedPrediction, text: TokenText | null): TemplateResult {
    const move = (event: KeyboardEvent) => {
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      const next = by && predictions[predictions.indexOf(chosen) + by];
      if (!next) return;
      event.preventDefault();
      this.choose(next);
      void this.updateComplete.then(() =>
        this.renderRoot.querySelector<HTMLElement>('.predictions [aria-pressed="true"]')?.focus(),
      );
    };
    return html`<section aria-label="Explained predictions">
      <h3>Predictions <span class="muted">${predictions.length}</span></h3>
      <ol class="predictions" @keydown=${move}>
        ${predictions.map(
          (one) =>
            html`<li>
              <button
                aria-pressed=${one === chosen ? 'true' : 'false'}
                title="step ${one.step} of sequence ${one.sequence}; chosen for: ${REASONS[one.reason]}"
                @click=${() => this.choose(one)}
              >
                <span class="words"><span>${this.context(one, text)}</span></span>
                <span class="number">${formatNumber(one.loss)}</span>
                <span class="small muted">${outcome(one)} · ${REASONS[one.reason]}</span>
              </button>
            </li>`,
        )}
      </ol>
    </section>`;
  }

  /** Words before a prediction, or its place in a signal. */
  private context(one: ExplainedPrediction, text: TokenText | null): string {
    if (!text || text.signal) return `sequence ${one.sequence}, step ${one.step}`;
    const end = startOf(text, one.sequence) + one.step + 1;
    const begin = Math.max(startOf(text, one.sequence), end - CONTEXT);
    return this.running(text, begin, end).replace(/\s+/gu, ' ');
  }

  private running(text: TokenText, begin: number, end: number): string {
    const setting = this.settingOf(text.table);
    return Array.from(text.tokens.subarray(begin, end), (id, k) => {
      const gap = k > 0 && isGap(setting, text.tokens[begin + k - 1], id) ? ' ' : '';
      return gap + printed(text.table[id]);
    }).join('');
  }

  /** Parts of a prediction in one recording. */
  private moved(recording: ComparedRecording, chosen: ExplainedPrediction): TemplateResult {
    const { store } = this;
    const several = this.recordings.length > 1;
    const loadable = recording.data.explanations.value;
    const explanations = valueOrStale(loadable);
    const title = several ? html`<h3>${recording.label}</h3>` : nothing;
    if (!explanations) return html`<section>${title}${loadablePanel(loadable, 'Reading…')}</section>`;
    const prediction = explanations.predictions.find((one) => keyOf(one) === keyOf(chosen));
    if (!prediction) {
      return html`<section>${title}${emptyPanel(`${recording.label} does not explain this prediction.`)}</section>`;
    }
    const input = this.input(recording);
    const colors = this.colorsOf(chosen);
    const tokens = wordingOf(store)('tokens');
    const read =
      prediction.first > 0 && !input?.isPair
        ? ` · read from a zero state ${prediction.step - prediction.first + 1} ${tokens} back`
        : '';
    return html`<section aria-label="What moved it" data-figure>
      ${title}
      <h3>${capital(outcome(prediction))} <span class="muted">loss ${formatNumber(prediction.loss)}</span></h3>
      <p class="muted">${accountOf(explanations, prediction)}${read}</p>
      ${
        explanations.channels.length
          ? signalGrid(prediction, explanations.channels, colors)
          : input
            ? this.coloured(prediction, input, colors)
            : nothing
      }
      <p>
        <rv-colors
          .colors=${colors}
          what=${`part in the score of ${visible(prediction.explained)}`}
          ?dark=${store.dark.value}
        ></rv-colors>
      </p>
      <div class="lists">
        ${this.strongest(prediction, explanations.channels, input, colors)} ${this.units(prediction, colors)}
      </div>
    </section>`;
  }

  /** Colours of the parts, the same for every recording on show. */
  private colorsOf(chosen: ExplainedPrediction): Colormap {
    const isPair = this.input(this.recording)?.isPair ?? false;
    const values = this.recordings.flatMap(({ data }) => {
      const explanations = valueOrStale(data.explanations.value);
      const same = explanations?.predictions.find((one) => keyOf(one) === keyOf(chosen));
      return same ? readParts(same, Math.max(1, explanations!.channels.length), isPair) : [];
    });
    return partColors(values, this.store.dark.value, this.store.option('colors').value === 'blue');
  }

  private coloured(prediction: ExplainedPrediction, { text, isPair }: Input, colors: Colormap): TemplateResult {
    const { store } = this;
    const { values, first, sequence, step } = prediction;
    const begin = startOf(text, sequence) + (isPair ? 0 : first);
    const shown = isPair ? values.length : Math.min(values.length, step - first + 1);
    const hover = store.hover.value.token;
    return html`<div class="text" role="group" aria-label="Text on the colours of its parts">
      ${this.tokens(text, begin, shown, values, colors, (k) => [
        isPair || k < shown - 1 ? '' : 'last',
        hover === begin + k && !isPair ? 'over' : '',
      ])}<span class="arrow"> → ${visible(prediction.explained)}</span>
    </div>`;
  }

  private tokens(
    text: TokenText,
    begin: number,
    count: number,
    values: Float32Array,
    colors: Colormap,
    classes: (k: number) => readonly string[],
    from = 0,
  ): TemplateResult[] {
    const { store } = this;
    const setting = this.settingOf(text.table);
    return Array.from({ length: count - from }, (_, i) => {
      const k = i + from;
      const id = text.tokens[begin + k];
      const gap = i > 0 && isGap(setting, text.tokens[begin + k - 1], id) ? ' ' : '';
      const index = colors.index(values[k]);
      const style = index < 0 ? '' : `background:${colors.css[index]};color:${colors.ink[index]}`;
      return html`${gap}<span
          class=${['token', ...classes(k)].filter(Boolean).join(' ')}
          style=${style}
          title="${visible(text.table[id] ?? '')} ${formatNumber(values[k], true)}"
          @pointerenter=${() => store.hoverOver({ token: begin + k })}
          @pointerleave=${() => store.hoverOver({ token: null })}
          @click=${() => pinToken(store, begin + k)}
          >${printed(text.table[id] ?? '')}</span
        >`;
    });
  }

  private strongest(
    prediction: ExplainedPrediction,
    channels: readonly string[],
    input: Input | null,
    colors: Colormap,
  ): TemplateResult | typeof nothing {
    const isPair = input?.isPair ?? false;
    const parts = strongestParts(prediction, Math.max(1, channels.length), isPair);
    if (!parts.length) return html`<p>Nothing moved it: every part is 0.</p>`;
    const most = Math.abs(parts[0].value);
    const nouns = wordingOf(this.store)('token');
    const nameOf = (offset: number, channel: number) => {
      if (channels.length) return channels[channel];
      if (!input) return `step ${offset}`;
      const begin = startOf(input.text, prediction.sequence) + (isPair ? 0 : prediction.first);
      return visible(input.text.table[input.text.tokens[begin + offset]] ?? '');
    };
    return html`<div>
      <h3>Strongest ${nouns}s</h3>
      <ol class="parts">
        ${parts.map(
          ({ offset, channel, lag, value }) =>
            html`<li>
              <span class="word"
                ><b>${truncate(nameOf(offset, channel), 20)}</b>
                <span class="muted"
                  >${Number.isNaN(lag) ? `source step ${offset}` : lag === 0 ? 'the last read' : `${lag} before`}</span
                ></span
              >${bar(value, most, colors)}<span>${formatNumber(value, true)}</span>
            </li>`,
        )}
      </ol>
    </div>`;
  }

  /** Units that carried a prediction; a press selects one for all views. */
  private units({ units }: ExplainedPrediction, colors: Colormap): TemplateResult | typeof nothing {
    const { store } = this;
    const selection = store.selection.value!;
    if (!units.size) return nothing;
    return html`<div role="group" aria-label="Units that carried it">
      <h3>Units that carried it <span class="muted">gradient × activity</span></h3>
      ${[...units].map(([layer, parts]) => {
        const most = Math.max(...parts.map(({ value }) => Math.abs(value)));
        return html`<ol class="parts" aria-label=${layer}>
          ${parts.slice(0, 8).map(
            ({ unit, value }) =>
              html`<li>
                <span
                  ><button
                    aria-pressed=${layer === selection.layer && unit === selection.unit ? 'true' : 'false'}
                    title="Select unit ${unit} of ${layer}, which the view Unit is about"
                    @click=${() => store.select({ layer, quantity: 'hidden_state', unit })}
                  >
                    ${units.size > 1 ? `${layer} ` : ''}unit ${unit}
                  </button></span
                >${bar(value, most, colors)}<span>${formatNumber(value, true)}</span>
              </li>`,
          )}
        </ol>`;
      })}
    </div>`;
  }

  private overEpochs(
    recording: ComparedRecording,
    chosen: ExplainedPrediction,
    text: TokenText | null,
  ): TemplateResult | typeof nothing {
    const { plural, name } = recording.data.axis.value;
    const loadable = recording.data.explanationHistory(chosen.sequence, chosen.step).value;
    const history = valueOrStale(loadable);
    if (!history) return html`<section>${loadablePanel(loadable, `Reading the ${plural}…`)}</section>`;
    const rows = history.predictions.flatMap((one, k) => (one ? [{ step: history.steps[k], one }] : []));
    const input = this.input(recording);
    if (rows.length < 2 || !text || text.signal || !input) return nothing;
    const colors = partColors(
      rows.map(({ one }) => readParts(one, 1, input.isPair)),
      this.store.dark.value,
      this.store.option('colors').value === 'blue',
    );
    const now = recording.data.ref.value?.step;
    return html`<section aria-label="Over ${plural}" data-figure>
      <h3>Over ${plural} <span class="muted">the same prediction, colours on one scale</span></h3>
      <table class="epochs">
        ${rows.map(({ step, one }) => {
          const begin = startOf(input.text, one.sequence) + (input.isPair ? 0 : one.first);
          const count = input.isPair ? one.values.length : Math.min(one.values.length, one.step - one.first + 1);
          return html`<tr>
            <th>
              <button
                aria-pressed=${step === now ? 'true' : 'false'}
                @click=${() => chooseStep(this.store, recording, step)}
              >
                ${name(step)}
              </button>
            </th>
            <td class="strip">
              <span
                >${this.tokens(input.text, begin, count, one.values, colors, () => [], Math.max(0, count - ROW))}</span
              >
            </td>
            <td title=${outcome(one)}>
              → ${visible(one.explained)} <span class="muted">${formatNumber(one.loss)}</span>
            </td>
          </tr>`;
        })}
      </table>
      <p><rv-colors .colors=${colors} what="part in the score" ?dark=${this.store.dark.value}></rv-colors></p>
    </section>`;
  }

  override exportTable(): ExportTable | null {
    const { recording } = this;
    const explanations = recording && valueOrStale(recording.data.explanations.peek());
    if (!explanations) return null;
    const input = this.input(recording);
    const channels = Math.max(1, explanations.channels.length);
    const rows = explanations.predictions.flatMap((one) =>
      Array.from(one.values, (value, k) => {
        const offset = Math.floor(k / channels);
        const at = (input?.isPair ? 0 : one.first) + offset;
        const id = input && !input.text.signal ? input.text.tokens[startOf(input.text, one.sequence) + at] : -1;
        const name = explanations.channels[k % channels] ?? (input && id >= 0 ? input.text.table[id] : null);
        return [one.sequence, one.step, one.explained, one.target, one.loss, one.gap, at, name, value];
      }),
    );
    const names = ['sequence', 'step', 'explained', 'target', 'loss', 'gap', 'input step', 'input', 'part'];
    return {
      kind: 'table',
      name: `why ${recording.label}`,
      columns: names.map((name, i) => ({ name, values: rows.map((row) => finite(row[i])) })),
    };
  }
}
customElements.define('rv-why-view', WhyView);

const finite = (value: string | number | null | undefined) =>
  value === undefined || (typeof value === 'number' && !Number.isFinite(value)) ? null : value;
