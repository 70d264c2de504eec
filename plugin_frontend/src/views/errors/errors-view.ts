import { html, nothing, svg, type TemplateResult } from 'lit';
import { signal } from '@preact/signals-core';
import type { ExportTable } from '../../ui/export/export-table.ts';
import type { Digest, Errors, TokenText } from '../../data/types.ts';
import { palette } from '../../ui/draw/axes.ts';
import { categoryColors, type CategoryColor } from '../../ui/draw/categories.ts';
import { fillOf, patterns } from '../../ui/charts/category-pattern.ts';
import { visible } from '../../state/visible-characters.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import { formatPValue, formatCount, truncate, tokenName } from '../../ui/format.ts';
import { chooseStep } from '../../state/choose-step.ts';
import { valueOrStale } from '../../state/store.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { emptyPanel, loadablePanel } from '../../ui/state-panel.ts';
import '../../ui/charts/line-chart.ts';
import './compared.ts';
import { compare, comparedErrorTable } from './compared-model.ts';
import { closingChart, gainChart, gainHeight, pie, stackedBar, WIDTH, type Parts } from './error-charts.ts';
import { categoriesOf, errorTable, historyOf, rateOf, type Category } from './error-model.ts';
import { levelName, percent, remedyOf } from './error-words.ts';
import { errorsStyle } from './errors-style.ts';
import { historyChart } from './history-chart.ts';
import { classErrors } from './class-errors.ts';
import { sampleAt } from './samples.ts';

const LISTED = 20;
const WRONG = 'of the tokens get a probability below 0.5';
const NUMBERS =
  'The targets of this probe are numbers or labels: the Signal view shows them beside what the model gives.';
const CORPUS = 'rv.RNNVizCallback(log_dir, probes=[probe], corpus=tokens)';
const TARGETS = 'rv.Probe("novel", inputs, tokens=tokens, targets=targets)';

/** Errors of the model by category, after Karpathy et al. (2015), arXiv:1506.02078. */
export class ErrorsView extends View {
  static override styles = [controls, panelStyle, errorsStyle];

  /** A digest with the text of the same step. */
  private pair: { readonly digest: Digest; readonly text: TokenText } | null = null;
  /** Bin of distances that is pointed at. */
  private readonly bin = signal<number | null>(null);

  override render(): TemplateResult {
    if (this.recordings.length > 1)
      return html`<rv-errors-compared
        data-figure="whole"
        .store=${this.store}
        .recordings=${this.recordings}
        .difference=${this.mode === 'difference'}
      ></rv-errors-compared>`;
    const digest = this.recording.data.digest.value;
    if (!digest?.errors) return this.nothing(digest);
    const { errors } = digest;
    const categories = categoriesOf(errors);
    const colors = categoryColors(
      categories.map(({ name }) => name),
      this.store.dark.value,
    );
    const parts: Parts = {
      categories,
      colors,
      selectedName: this.selectedName(categories),
      choose: (name) => (this.store.option('error').value = name),
    };
    const { series } = palette(this.store.dark.value);
    return html`${this.head(errors)}
      <div class="picture">
        <div class="parts" data-figure="whole" style="--rv-first:${series[0]};--rv-second:${series[1]}">
          ${
            errors.errors
              ? html`${this.anatomy(parts)}${this.samples(parts, digest)}`
              : html`<section>
                  <h3>Anatomy</h3>
                  ${emptyPanel('The network makes no error here.')}
                </section>`
          }
          ${this.history(digest)}${gains(errors)}${this.closings(errors, series)}
        </div>
      </div>`;
  }

  override exportTable(): ExportTable | null {
    if (this.recordings.length > 1) {
      const told = this.recordings.flatMap(({ letter, data }) => {
        const errors = data.digest.peek()?.errors;
        return errors ? [{ letter, errors }] : [];
      });
      return told.length > 1
        ? comparedErrorTable(
            compare(told.map(({ errors }) => errors)),
            told.map(({ letter }) => letter),
          )
        : null;
    }
    const digest = this.recording.data.digest.peek();
    return digest?.errors ? errorTable(digest.errors, `errors of ${this.recording.label}`) : null;
  }

  private head(errors: Errors): TemplateResult {
    const color = this.store.option('color');
    const colored = color.value === 'errors';
    return html`<div class="head">
      <span data-figure
        ><b class="number">${formatCount(errors.errors)}</b> of
        <b class="number">${formatCount(errors.predicted)}</b> tokens are errors,
        <b class="number rate">${percent(rateOf(errors))}</b>
        <span class="muted" title="${percent(rateOf(errors))} ${WRONG}">(probability below 0.5)</span></span
      >
      <button class="push" aria-pressed=${colored} @click=${() => (color.value = colored ? 'activity' : 'errors')}>
        Colour the text by error
      </button>
    </div>`;
  }

  /** Panel that stands in for the errors when there are none. */
  private nothing(digest: Digest | null): TemplateResult {
    const { digests, axis } = this.recording.data;
    if (!digest)
      return digests.value.state === 'ready'
        ? emptyPanel(`Nothing was logged for this ${axis.value.singular}.`, 'fill')
        : loadablePanel(digests.value, 'Reading the errors…', 'fill');
    return emptyPanel(this.whyUnsorted(digest), 'fill');
  }

  private whyUnsorted(digest: Digest) {
    if (digest.generated) return 'The model wrote this text itself: nothing in it is an error.';
    if (digest.lossNote) return `There is no loss, so that nothing is known of errors: ${digest.lossNote}.`;
    if (digest.targetKind === 'token' || digest.targetKind === 'sequence') return this.classErrors(digest);
    if (digest.targetKind !== 'next') return html`<span>${NUMBERS}</span>`;
    if (digest.loss === null)
      return html`<span
          >This probe has no targets, so that nothing is known of what the model expected. With targets, and with the
          text that the model learns from, errors are sorted:</span
        >
        <pre>
${TARGETS}
${CORPUS}</pre>`;
    return html`<span
        >Errors are sorted by what would have avoided them. That needs the text that the model learns from:</span
      >
      <pre>${CORPUS}</pre>`;
  }

  /** Sequences or tokens whose most probable class is not theirs. */
  private classErrors(digest: Digest) {
    const { predicted, wrong } = classErrors(valueOrStale<TokenText>(this.recording.data.text.value));
    const pin = this.store.option('token');
    const each = digest.targetKind === 'sequence' ? 'sequences' : 'tokens';
    return html`<span
        >The targets are classes: <b class="number">${formatCount(wrong.length)}</b> of
        <b class="number">${formatCount(predicted)}</b> ${each} get another class than theirs.</span
      >
      <ol class="wrong">
        ${wrong.slice(0, LISTED).map(
          ({ token, name, expected, target, probability }) =>
            html`<li>
              <button class="push" @click=${() => (pin.value = String(token))}>${truncate(name)}</button> is
              <b>${visible(target)}</b> with probability ${formatPValue(probability)}, taken for
              <b>${visible(expected)}</b>
            </li>`,
        )}
      </ol>`;
  }

  private selectedName(categories: readonly Category[]): string {
    const asked = this.store.option('error').value;
    if (categories.some(({ name }) => name === asked)) return asked;
    return [...categories].sort((a, b) => b.count - a.count)[0]?.name ?? '';
  }

  private anatomy(parts: Parts): TemplateResult {
    const { categories, colors, selectedName, choose } = parts;
    const shares = categories.map(({ name, share }) => `${name} ${percent(share)}`).join(', ');
    return html`<section class="anatomy">
      <h3>What would have avoided them</h3>
      ${chart('bar', 36, `Shares of errors: ${shares}`, stackedBar(parts))}${chart(
        'pie',
        122,
        `The same shares as a pie: ${shares}`,
        pie(parts),
      )}
      <ul aria-label="Categories">
        ${categories.map(
          (category, i) =>
            html`<li>
              <button
                data-figure
                class="category"
                data-name=${category.name}
                aria-pressed=${category.name === selectedName}
                @click=${() => choose(category.name)}
              >
                ${swatch(colors[i])}<span>${category.name}</span
                ><span class="number"
                  >${percent(category.share)} <span class="muted">${formatCount(category.count)}</span></span
                >
                <small>${remedyOf(category.name)}</small>
              </button>
            </li>`,
        )}
      </ul>
    </section>`;
  }

  private samples({ categories, selectedName }: Parts, digest: Digest): TemplateResult {
    const { data } = this.recording;
    const loadable = data.text.value;
    if (loadable.state === 'ready') this.pair = { digest, text: loadable.value };
    const old = loadable.state !== 'ready';
    const pair = valueOrStale(loadable) !== null && this.pair?.text === valueOrStale(loadable) ? this.pair : null;
    const of = pair?.digest.errors
      ? categoriesOf(pair.digest.errors).find(({ name }) => name === selectedName)
      : undefined;
    const title = html`<h3>
      Samples of
      ${categories.find(({ name }) => name === selectedName)?.name}${
        old && pair ? html`<span class="muted">, ${data.axis.value.name(pair.digest.step)}</span>` : nothing
      }
    </h3>`;
    if (!pair || loadable.state === 'failed' || loadable.state === 'empty')
      return html`<section>${title} ${loadablePanel(loadable, 'Reading the text…')}</section>`;
    return html`<section class="samples ${old ? 'old' : ''}">
      ${title}
      ${
        of?.slices.length
          ? of.slices.map(
              ({ category, level, count: errors, share, positions }) =>
                html` <h4>
                    ${levelName(category, level)}${level === null ? '' : ': '}<span class="number"
                      >${formatCount(errors)}</span
                    >
                    ${errors === 1 ? 'error' : 'errors'}, <span class="number">${percent(share)}</span>
                  </h4>
                  <ul aria-label="Samples ${levelName(category, level)}">
                    ${positions.map((position) => this.sample(pair.text, position))}
                  </ul>`,
            )
          : html`<p>There is none.</p>`
      }
    </section>`;
  }

  private sample(text: TokenText, position: number) {
    const sample = sampleAt(text, position);
    if (!sample) return nothing;
    const { store } = this;
    const pin = store.option('token');
    const pinned = pin.value === String(position);
    const { before, token, after, expected, expectedProbability, probability } = sample;
    const expectedText =
      expected === null
        ? nothing
        : expected === token
          ? html`; it was the best guess all the same`
          : html`, expected <b>${visible(truncate(expected))}</b>
              <span class="number">${formatPValue(expectedProbability)}</span>`;
    return html`<li>
      <button
        data-figure
        class="sample"
        data-token=${position}
        aria-pressed=${pinned}
        title="Show ${tokenName(text, position)} in the text"
        @click=${() => (pin.value = pinned ? '' : String(position))}
        @pointerenter=${() => store.hoverOver({ token: position })}
        @pointerleave=${() => store.hoverOver({ token: null })}
        @focus=${() => store.hoverOver({ token: position })}
        @blur=${() => store.hoverOver({ token: null })}
      >
        <span class="line">${before}<mark>${visible(truncate(token))}</mark>${after}</span>
        <span class="prediction"
          >came with <span class="number">${formatPValue(probability)}</span>${expectedText}</span
        >
      </button>
    </li>`;
  }

  private closings({ closing }: Errors, colors: readonly string[]) {
    if (!closing.length) return nothing;
    return html`<section>
      <h3>Closing brackets by distance, tokens</h3>
      ${KEY}<rv-line-chart
        class="closing"
        .chart=${closingChart(closing, colors)}
        .hover=${this.bin.value}
        @rv-over=${(event: CustomEvent<number | null>) => (this.bin.value = event.detail)}
      ></rv-line-chart>
    </section>`;
  }

  private history({ step: now }: Digest) {
    const {
      store,
      recording: { data },
    } = this;
    const axis = data.axis.value;
    const history = historyOf(valueOrStale(data.digests.value) ?? []);
    const chart = historyChart(history, {
      colors: categoryColors(history.names, store.dark.value),
      now,
      plural: axis.plural,
      nameOf: axis.name,
    });
    return html`<section>
      <h3>Over the ${axis.plural}: share of all tokens</h3>
      <rv-line-chart
        class="history"
        .chart=${chart}
        .hover=${store.hover.value.step}
        chooses
        @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
        @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, this.recording, event.detail)}
      ></rv-line-chart>
    </section>`;
  }
}
customElements.define('rv-errors-view', ErrorsView);

const chart = (name: string, height: number, label: string, drawing: unknown): TemplateResult =>
  html`<svg
    class="chart ${name}"
    width=${WIDTH}
    height=${height}
    viewBox="0 0 ${WIDTH} ${height}"
    role="img"
    aria-label=${label}
  >
    ${drawing}
  </svg>`;

const swatch = (color: CategoryColor): TemplateResult =>
  html`<svg width="22" height="12" aria-hidden="true">
    ${patterns([color])}${svg`<rect width="22" height="12" fill=${fillOf(color)}></rect>`}
  </svg>`;

const KEY = html`<div class="key" aria-hidden="true">
  <span
    ><svg width="10" height="10"><circle class="network" cx="5" cy="5" r="3.5"></circle></svg> network</span
  >
  <span
    ><svg width="10" height="10"><rect class="ngram" x="2" y="2" width="6" height="6"></rect></svg> n-gram</span
  >
</div>`;

/** The network's probabilities against an n-gram model's, and the errors of each. */
function gains({ gain, shared }: Errors) {
  const told = gain
    .filter(({ network, ngram }) => Number.isFinite(network - ngram))
    .sort((a, b) => b.network - b.ngram - (a.network - a.ngram));
  const all = shared.network + shared.ngram + shared.both;
  const who = [
    ['only the network', shared.network],
    ['only the n-gram model', shared.ngram],
    ['both', shared.both],
  ] as const;
  return html`<section>
    <h3>Who is wrong</h3>
    <ul class="shared" aria-label="Tokens that the network and the n-gram model get wrong">
      ${who.map(
        ([name, errors]) =>
          html`<li>
            <span class="number">${formatCount(errors)}</span> ${name}
            <span class="muted number">${percent(errors / all)}</span>
          </li>`,
      )}
    </ul>
    ${
      told.length
        ? html`<h3>Probability by token</h3>
            ${KEY}${chart(
              'gain',
              gainHeight(told),
              `Mean probability of ${told.length} distinct tokens, those that gain most over the n-gram model first`,
              gainChart(told),
            )}`
        : nothing
    }
  </section>`;
}
