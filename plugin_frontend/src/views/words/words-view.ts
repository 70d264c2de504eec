import { html, nothing, type TemplateResult } from 'lit';
import type { WordClusters, Words } from '../../data/words.ts';
import { makeColormap } from '../../state/colormap.ts';
import { pinnedToken } from '../../state/pinned-token.ts';
import { valueOrStale, type ComparedRecording, type Loadable } from '../../state/store.ts';
import { visible } from '../../state/visible-characters.ts';
import { categoryColors } from '../../ui/draw/categories.ts';
import { nearlyAll } from '../../ui/draw/text-colors.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { field } from '../../ui/field.ts';
import { formatCount, formatNumber, pluralize, tokenName } from '../../ui/format.ts';
import '../../ui/legend.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { ResizeController } from '../../ui/resize-controller.ts';
import { loadablePanel, loadingPanel } from '../../ui/state-panel.ts';
import { controls } from '../../ui/theme.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import { headingStyle, latest, loaded } from '../../ui/view-part.ts';
import { View } from '../../ui/view.ts';
import { clusterPicture } from './cluster-picture.ts';
import { responseBoxes, responseCurves, type NamedSpread } from './response-charts.ts';
import './words-heatmap.ts';
import type { PointedCell, WordsHeatmapModel } from './words-heatmap.ts';
import {
  chosenRows,
  FEWEST_CLUSTERS,
  MOST_CHOSEN,
  MOST_CLUSTERS,
  parseClusters,
  parseRange,
  shareOutside,
  sortedByCluster,
  stabilityOf,
  toggled,
  unitsByResponse,
} from './words-model.ts';
import { wordsStyle } from './words-style.ts';

/** Resamples of the stability, which is asked for after the clusters. */
const RESAMPLES = 10;
/** Share of the responses inside the limits of the colours. */
const INSIDE = 0.99;
const NARROWEST = 240;
const CLUSTERS = Array.from({ length: MOST_CLUSTERS }, (_, k) => `cluster ${k + 1}`);
const MODES = [
  { value: 'abs', label: 'magnitudes' },
  { value: 'raw', label: 'signed, as RNNVis' },
  { value: 'positive', label: 'increases' },
  { value: 'negative', label: 'decreases' },
] as const;

/** Expected responses of units to words, and the clusters of both. */
export class WordsView extends View {
  static override styles = [controls, panelStyle, headingStyle, wordsStyle];

  private readonly room = new ResizeController(this);
  /** Name of what the pointer is on. */
  private pointed = '';

  private readonly namesOf = latest((words: readonly string[]) => words.map(visible));
  private readonly colorsOf = latest((dark: boolean) => categoryColors(CLUSTERS, dark));
  private readonly responsesOf = latest((mean: Float32Array, dark: boolean, swapped: boolean) => {
    const limit = nearlyAll(mean.map(Math.abs), INSIDE);
    return makeColormap({ low: -limit, high: limit, diverging: true, dark, swapped });
  });
  private readonly heatmapOf = latest(
    (words: Words, clusters: WordClusters, names: readonly string[], ...paint: Paint): WordsHeatmapModel => {
      const [responses, colors] = paint;
      return { words, clusters, names, ...sortedByCluster(words, clusters), responses, colors };
    },
  );

  override render(): TemplateResult {
    const { store, recording } = this;
    const loadable = recording?.data.words.value;
    const words = loadable && valueOrStale(loadable);
    if (!words || !store.selection.value) return loadingPanel('Reading the words…', 'fill');
    return html`<div class="page ${store.dark.value ? 'dark' : ''} ${loadable.state === 'ready' ? '' : 'old'}">
      ${this.bar(words)} ${this.picture(words)} ${this.ofWords(words)} ${this.ofUnit(words)}
    </div>`;
  }

  private get chosen(): number[] {
    const words = valueOrStale(this.recording.data.words.value);
    return words ? chosenRows(this.store.option('words').value, words) : [];
  }

  private chooseWord(words: Words, row: number): void {
    this.store.option('words').value = toggled(this.chosen, row, words);
  }

  private readonly chooseUnit = (unit: number) => this.store.select({ unit });

  private bar(words: Words): TemplateResult {
    const { store } = this;
    const names = this.namesOf(words.words);
    const picture = store.option('words-picture');
    const clusters = parseClusters(store.option('word-clusters').value);
    const range = parseRange(store.option('word-links').value).map((share) => Math.round(100 * share));
    const setRange = (from: number, to: number) => {
      store.option('word-links').value = `${from}-${to}`;
    };
    const add = (event: Event) => {
      const input = event.target as HTMLInputElement;
      const row = Math.max(names.indexOf(input.value), words.words.indexOf(input.value));
      if (row < 0 || this.chosen.includes(row)) return;
      input.value = '';
      this.chooseWord(words, row);
    };
    return html`<div class="bar">
      <span role="group" aria-label="Picture">
        ${toggleButton(picture.value === 'clusters', 'clusters', 'Units as squares, words as clouds', () => {
          picture.value = 'clusters';
        })}
        ${toggleButton(picture.value === 'heatmap', 'heat map', 'All words (rows) and units (columns), sorted', () => {
          picture.value = 'heatmap';
        })}
      </span>
      <label
        >clusters
        <input
          type="range"
          min=${FEWEST_CLUSTERS}
          max=${MOST_CLUSTERS}
          .value=${String(clusters)}
          @change=${(event: Event) => {
            store.option('word-clusters').value = (event.target as HTMLInputElement).value;
          }}
        />${clusters}</label
      >
      ${field(
        'of',
        MODES,
        store.option('word-mode').value,
        (mode) => {
          store.option('word-mode').value = mode;
        },
        'Responses that are clustered',
      )}
      ${
        picture.value === 'clusters'
          ? [
              percentSlider('links from', 'Weakest', range[0], (from) => setRange(Math.min(from, range[1]), range[1])),
              percentSlider('to', 'Strongest', range[1], (to) => setRange(range[0], Math.max(to, range[0]))),
            ]
          : nothing
      }
      <label title="Up to ${MOST_CHOSEN} words colour the units and get curves below"
        >word <input list="words" @change=${add} @input=${add} placeholder="choose…" />
        <datalist id="words">
          ${names.map((name, row) => html`<option value=${name}>${words.count[row]}</option>`)}
        </datalist></label
      >
      ${this.chosen.map(
        (row, k) =>
          html`<button class="chosen" title="Take ${names[row]} out" @click=${() => this.chooseWord(words, row)}>
            <span class="swatch" style="background: var(--rv-choice-${k})"></span>${names[row]}
            <span class="muted">${words.count[row]}</span> ×
          </button>`,
      )}
    </div>`;
  }

  /** Recording whose numbers of clusters all others take: the last step of A. */
  private get like(): string {
    const first = this.store.comparedRecordings.value[0] ?? this.recording;
    const [ref, steps] = [first.data.ref.value, first.data.steps.value];
    return ref && steps.length ? JSON.stringify([ref.run, steps[steps.length - 1]]) : '';
  }

  private clustersOf({ data }: ComparedRecording, resamples: number): Loadable<WordClusters> {
    const { store } = this;
    const clusters = parseClusters(store.option('word-clusters').value);
    return data.wordClusters(clusters, store.option('word-mode').value, resamples, this.like).value;
  }

  private picture(words: Words): TemplateResult {
    const { recording } = this;
    const quick = this.clustersOf(recording, 0);
    const isThere = quick.state === 'ready';
    const whole = isThere ? this.clustersOf(recording, RESAMPLES) : null;
    const stable = whole && valueOrStale(whole);
    return html`<section aria-label="Clusters of words and units">
      ${loaded(quick, 'Clustering words and units…', (value) => {
        if (value.words.length !== words.words.length || value.units.length !== words.units) return nothing;
        const alone = value.words.filter((label) => label < 0).length;
        return html`<p class="muted">
            ${stabilityOf(whole?.state === 'ready' && stable ? stable : value)}
            ${isThere && whole?.state === 'loading' ? ' · measuring the stability…' : ''} ·
            ${pluralize(words.words.length, 'word')} of
            ${words.tokens < words.allTokens ? `the first ${formatCount(words.tokens)}` : formatCount(words.tokens)}
            tokens${alone ? `, ${formatCount(alone)} without a cluster (fewer than ${value.fewest} times)` : ''}
          </p>
          ${this.drawn(words, value)}
          <p class="pointed" role="status">${this.pointed}</p>
          ${this.legend(words)}`;
      })}
    </section>`;
  }

  private legend(words: Words): TemplateResult | typeof nothing {
    const { store } = this;
    const isMap = store.option('words-picture').value === 'heatmap';
    if (!isMap && !this.chosen.length)
      return html`<p class="muted">Choose a word to colour the units by their response.</p>`;
    return html`<p>
      <rv-colors .colors=${this.paint(words)[0]} what="mean change at the word" ?dark=${store.dark.value}></rv-colors>
    </p>`;
  }

  private paint(words: Words): Paint {
    const { store } = this;
    const dark = store.dark.value;
    return [this.responsesOf(words.mean, dark, store.option('colors').value === 'blue'), this.colorsOf(dark)];
  }

  private drawn(words: Words, clusters: WordClusters): TemplateResult {
    const { store } = this;
    const names = this.namesOf(words.words);
    const [responses, colors] = this.paint(words);
    if (store.option('words-picture').value === 'heatmap') {
      const describe = ({ row, unit }: PointedCell) => {
        const response = formatNumber(words.mean[row * words.units + unit], true);
        return `${names[row]}, unit ${unit}: ${response} (${words.count[row]} times)`;
      };
      return html`<rv-words-heatmap
        data-figure
        .model=${this.heatmapOf(words, clusters, names, responses, colors)}
        .unit=${store.selection.value!.unit}
        ?dark=${store.dark.value}
        @rv-point=${({ detail }: CustomEvent<PointedCell | null>) => this.pointAt(detail ? describe(detail) : '')}
        @rv-choose=${({ detail }: CustomEvent<PointedCell | null>) => {
          if (!detail) return;
          this.chooseUnit(detail.unit);
          if (!this.chosen.includes(detail.row)) this.chooseWord(words, detail.row);
        }}
      ></rv-words-heatmap>`;
    }
    return clusterPicture({
      words,
      clusters,
      names,
      colors,
      responses,
      chosen: this.chosen,
      unit: store.selection.value!.unit,
      range: parseRange(store.option('word-links').value),
      width: this.width,
      chooseUnit: this.chooseUnit,
      chooseWord: (row) => this.chooseWord(words, row),
      pointAt: (title) => this.pointAt(title),
    });
  }

  private get width(): number {
    return Math.max(NARROWEST, this.room.width - 16);
  }

  private pointAt(title: string): void {
    if (title === this.pointed) return;
    this.pointed = title;
    this.requestUpdate();
  }

  /** Curves of the words chosen, and of the change at the token that is pinned. */
  private ofWords(words: Words): TemplateResult | typeof nothing {
    const { store, recording } = this;
    const names = this.namesOf(words.words);
    const token = pinnedToken(store);
    const atToken = token === null ? null : recording.data.wordSpread('token', token).value;
    const pinned = atToken && valueOrStale(atToken);
    const rows = this.chosen.length ? this.chosen : pinned ? [words.ids.indexOf(pinned.word ?? -1)] : [];
    const known = rows.filter((row) => row >= 0);
    const asked = known.map((row, color) => ({
      row,
      color,
      loadable: recording.data.wordSpread('word', words.ids[row]).value,
    }));
    const spreads: NamedSpread[] = asked.flatMap(({ row, color, loadable }) => {
      const spread = valueOrStale(loadable);
      return spread && spread.mean.length === words.units ? [{ name: names[row], spread, color }] : [];
    });
    const missing = asked.find(({ loadable }) => loadable.state !== 'ready');
    if (!known.length && !atToken) return nothing;
    const text = valueOrStale(recording.data.text.value);
    const actual = pinned?.actual && known.some((row) => words.ids[row] === pinned.word) ? pinned.actual : null;
    const where = token !== null && text ? tokenName(text, token) : '';
    const outside = actual && pinned ? `${Math.round(100 * shareOutside(actual, pinned.quantiles))} %` : '';
    const ofPinned = words.ids.indexOf(pinned?.word ?? -1);
    const chooses = ofPinned < 0 || !where ? null : ofPinned;
    return html`<section aria-label="Responses to words">
      <h3>
        Response of every unit <span class="muted">line: mean; bands: 25 to 75 % and 9 to 91 % of the occurrences</span>
      </h3>
      ${missing ? loadablePanel(missing.loadable, 'Reading the responses…') : nothing}
      ${atToken?.state === 'failed' || atToken?.state === 'empty' ? loadablePanel(atToken, '') : nothing}
      ${
        spreads.length
          ? responseCurves(
              spreads,
              unitsByResponse(spreads[0].spread.mean),
              actual,
              this.width,
              store.selection.value!.unit,
              this.chooseUnit,
            )
          : nothing
      }
      ${
        actual && pinned && where
          ? html`<p class="muted">
              Dotted: the actual change at ${where}. ${outside} of the units lie outside 9 to 91 % of the word; 18 %
              would be usual.
            </p>`
          : html`<p class="muted">
              ${
                chooses === null
                  ? 'Pin a token in the text to compare its actual change with the expected one.'
                  : `Choose ${names[chooses]} to compare the actual change at ${where} with the expected one.`
              }
            </p>`
      }
    </section>`;
  }

  private ofUnit(words: Words): TemplateResult {
    const { store, recording } = this;
    const { unit, units } = store.selection.value!;
    const names = this.namesOf(words.words);
    const colors = this.paint(words)[1];
    const clusters = valueOrStale(this.clustersOf(recording, 0));
    const colorOf = (row: number) => (clusters ? (colors[clusters.words[row]] ?? null) : null);
    const shown = [unit, ...units.filter((one) => one !== unit)].slice(0, 2).filter((one) => one < words.units);
    return html`<section aria-label="Words of a unit">
      ${shown.map(
        (one) =>
          html`<h3>
              Words that move unit ${one} most
              <span class="muted">box: 25 to 75 %, line: 9 to 91 % of the occurrences, colour: cluster</span>
            </h3>
            ${loaded(recording.data.wordSpread('unit', one).value, 'Reading the responses…', (spread) =>
              spread.mean.length === names.length
                ? responseBoxes(spread, names, colorOf, Math.min(720, this.width), one, (row) =>
                    this.chooseWord(words, row),
                  )
                : nothing,
            )}`,
      )}
    </section>`;
  }

  override exportTable(): ExportTable | null {
    const { recording } = this;
    const words = recording && valueOrStale(recording.data.words.peek());
    if (!words) return null;
    return {
      kind: 'matrix',
      name: `responses to words ${recording.label}`,
      rowNames: words.words,
      columnNames: Array.from({ length: words.units }, (_, unit) => `unit ${unit}`),
      row: (r) => words.mean.subarray(r * words.units, (r + 1) * words.units),
    };
  }
}
customElements.define('rv-words-view', WordsView);

type Paint = [responses: ReturnType<typeof makeColormap>, colors: ReturnType<typeof categoryColors>];

/** Slider of a limit of the links. */
const percentSlider = (label: string, which: string, value: number, set: (value: number) => void): TemplateResult =>
  html`<label title="${which} link that is drawn, in % of the strongest"
    >${label}
    <input
      type="range"
      min="0"
      max="100"
      step="5"
      .value=${String(value)}
      @input=${(event: Event) => set(Number((event.target as HTMLInputElement).value))}
    />${value} %</label
  >`;
