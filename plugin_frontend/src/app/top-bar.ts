import { signal } from '@preact/signals-core';
import { css, html, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import type { Index, RunInfo } from '../data/types.ts';
import { findProbe, findRun, unitsAt, type ComparedStep, type WishedCompared } from '../state/resolve-selection.ts';
import { groupedProbes, layersOfAxes, probeLabel } from '../state/probe-axes.ts';
import { MAX_RECORDINGS } from '../state/compared-recording.ts';
import type { SettingValue } from '../state/settings.ts';
import { valueOrStale, type Selection, type RecordingData, type Store } from '../state/store.ts';
import { field, type Choice } from '../ui/field.ts';
import { nameFilter } from '../ui/run-picker.ts';
import './snippet.ts';
import { controls } from '../ui/theme.ts';
import './unit-picker.ts';
import './views-menu.ts';
import { SignalElement } from '../ui/signal-element.ts';
import { capital, formatCount, numberedName, sequenceNames, spaced } from '../ui/format.ts';
import { wordingOf } from '../state/wording.ts';

/** Sequences in the list at most; the filter finds the others. */
const MOST_NAMES = 500;
/** Number of sequences from which on their list has a filter. */
const FILTERED_NAMES = 20;

const MODES: readonly Choice<SettingValue<'mode'>>[] = [
  { value: 'side', label: 'side by side' },
  { value: 'overlay', label: 'overlaid' },
  { value: 'difference', label: 'difference' },
];
const UNITS: readonly Choice<SettingValue<'match'>>[] = [
  { value: 'index', label: 'by number' },
  { value: 'matched', label: 'matched' },
];

/** Everything that is chosen: runs, probe, layer, quantity, unit, feature. */
export class TopBar extends SignalElement {
  static override properties = { store: { attribute: false } };
  declare store: Store;
  private readonly sequenceFilter = signal('');

  static override styles = [
    controls,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        gap: 6px 14px;
        align-items: center;
        padding: 6px 10px;
        border-bottom: 1px solid var(--rv-line);
        min-width: 0;
      }
      .group {
        display: inline-flex;
        flex-wrap: wrap;
        gap: 6px;
        align-items: center;
        min-width: 0;
      }
      .field {
        display: inline-flex;
        gap: 4px;
        align-items: center;
        min-width: 0;
      }
      select {
        max-width: 190px;
      }
      .sequences {
        width: 76px;
      }
      .end {
        margin-left: auto;
        position: relative;
      }
      .problem {
        color: var(--rv-error);
      }
      .help {
        width: 24px;
        padding: 0;
        border-radius: 12px;
      }
    `,
  ];

  override render() {
    const { store } = this;
    const [index, selection] = [valueOrStale(store.index.value), store.selection.value];
    if (!index || !selection) return nothing;
    const probes = findRun(index, selection.run)?.probes.filter((info) => info.steps.length) ?? [];
    const layers = probes.find((info) => info.probe === selection.probe)?.layers ?? [];
    const layer = layers.find((info) => info.layer === selection.layer);
    return html` <span class="group">
        <rv-run-picker
          letter="A"
          .runs=${recorded(index)}
          .value=${selection.run}
          .filter=${store.host.runFilter}
          @rv-run=${(event: CustomEvent<string>) => store.select({ run: event.detail })}
        ></rv-run-picker>
        ${this.comparison(index, selection)}
      </span>
      ${field(
        'Probe',
        groupedProbes(probes).map((info) => ({ value: info.probe, label: probeLabel(info) })),
        selection.probe,
        (probe) => store.select({ probe }),
      )}
      ${field(
        'Layer',
        layersOfAxes(probes, selection.probe).map((info) => ({
          value: layerValue(info, selection.probe),
          label: `${info.layer} · ${info.cell}${info.axis ? ` · ${info.axis}` : ''}`,
        })),
        selection.layer,
        (value) => {
          const [layer, probe] = value.split('\n');
          store.select(probe === undefined ? { layer } : { probe, layer });
        },
      )}
      ${field(
        'Quantity',
        [
          ...(layer?.quantities ?? []).map(({ quantity, role }) => ({
            value: quantity,
            label: spaced(quantity) + (role ? ` · ${role}` : ''),
          })),
          ...this.absent(selection),
        ],
        selection.quantity,
        (quantity) => store.select({ quantity }),
      )}
      <rv-unit-picker
        .unit=${selection.unit}
        .units=${layer ? unitsAt(layer, store.main.digest.value) : 1}
        @rv-unit=${(event: CustomEvent<number>) => store.select({ unit: event.detail })}
      ></rv-unit-picker>
      ${this.features(selection)}${this.sequences(selection)}
      <span class="group end">
        <rv-views-menu .store=${store}></rv-views-menu>
        <rv-snippet .store=${store}></rv-snippet>
        <button title="What everything means" @click=${() => this.dispatchEvent(new Event('rv-docs'))}>docs</button>
        <button
          class="help"
          title="Keys and words (?)"
          aria-label="Help"
          @click=${() => this.dispatchEvent(new Event('rv-help'))}
        >
          ?
        </button></span
      >`;
  }

  /** Quantities of the layer that no step holds, listed as absent. */
  private absent({ layer }: Selection): Choice[] {
    const absent = this.store.main.digest.value?.absent ?? [];
    return absent
      .filter((one) => one.layer === layer && one.quantity !== 'all')
      .map(({ quantity }) => ({ value: quantity, label: `${spaced(quantity)} · not recorded`, disabled: true }));
  }

  /** Of several sequences, the one that the stretch chosen is. */
  private sequences({ tokens }: Selection) {
    const text = valueOrStale(this.store.main.text.value);
    const names = text && sequenceNames(text);
    if (!text || !names || names.length < 2) return nothing;
    const ends = text.lengths.map(
      (
        (end) => (length: number) =>
          (end += length)
      )(0),
    );
    const stretch = (i: number) => `${ends[i] - text.lengths[i]}-${ends[i]}`;
    const selectedStretch = tokens?.join('-') ?? '';
    const fits = nameFilter(this.sequenceFilter.value);
    const choices = names
      .map((_, i) => ({ value: stretch(i), label: numberedName(text, i) }))
      .filter(({ value, label }) => value === selectedStretch || fits(label))
      .slice(0, MOST_NAMES);
    const select = field('Sequence', [{ value: '', label: 'all' }, ...choices], selectedStretch, (value) => {
      const [first, end] = value.split('-').map(Number);
      this.store.select({ tokens: value ? [first, end] : null });
      if (value) this.store.option('token').value = String(first);
    });
    return names.length < FILTERED_NAMES ? select : html`<span class="group">${select}${this.sequenceSearch()}</span>`;
  }

  private sequenceSearch() {
    return html`<input
      class="sequences"
      type="search"
      aria-label="Filter sequences"
      placeholder="filter"
      title="Filter sequences by number or label (regular expression)"
      .value=${live(this.sequenceFilter.value)}
      @input=${(event: Event) => (this.sequenceFilter.value = (event.target as HTMLInputElement).value)}
    />`;
  }

  private features({ feature }: Selection) {
    const features = this.store.main.digest.value?.features ?? [];
    if (!features.length && !feature) return nothing;
    const choices = features.map(({ name, count: n, note }) => ({
      value: name,
      label: `${name} · ${note === null ? formatCount(n) : wordingOf(this.store)(note)}`,
    }));
    if (!choices.some(({ value }) => value === feature)) choices.unshift({ value: feature, label: feature });
    return field('Feature', choices, feature, (name) => this.store.select({ feature: name }));
  }

  private comparison(index: Index, selection: Selection) {
    const { store } = this;
    const { compare, more, probe } = selection;
    const others = recorded(index).filter((info) => info.probes.some((p) => p.probe === probe && p.steps.length));
    if (!compare)
      return html`<button
        title="Compare with another run or ${store.main.axis.value.singular}"
        @click=${() => this.compare(others, selection)}
      >
        ⇄ compare
      </button>`;
    const wish = store.selectionRequest.value;
    const wished = [wish.compare!, ...(wish.more ?? [])].slice(0, 1 + more.length);
    const mode = store.option('mode');
    const match = store.option('match');
    const choose = (list: readonly WishedCompared[]) => store.select({ compare: list[0] ?? null, more: list.slice(1) });
    const replace = (i: number, one: WishedCompared) => choose(wished.map((old, k) => (k === i ? one : old)));
    return html`⇄
    ${wished.map((one, i) =>
      this.other(
        index,
        others,
        one,
        i,
        probe,
        (changed) => replace(i, changed),
        () => choose(wished.filter((_, k) => k !== i)),
      ),
    )}
    ${
      wished.length < MAX_RECORDINGS - 1
        ? html`<button
            title="Compare with one more"
            aria-label="Compare with one more"
            @click=${() => choose([...wished, this.next(others, selection, wished)])}
          >
            +
          </button>`
        : nothing
    }
    ${field(
      'Show',
      MODES.map((choice) => ({ ...choice, disabled: choice.value === 'difference' && more.length > 0 })),
      store.mode.value,
      (value) => (mode.value = value),
    )}
    ${field('Units', UNITS, match.value, (value) => (match.value = value))}`;
  }

  /** One recording of those compared with: its run, its step, and a way to let it go. */
  private other(
    index: Index,
    runs: readonly RunInfo[],
    wished: WishedCompared,
    i: number,
    probe: string,
    replace: (one: WishedCompared) => void,
    remove: () => void,
  ) {
    const letter = String.fromCharCode(66 + i);
    const sources = this.store.comparedRecordings.value.find((recording) => recording.letter === letter)?.data;
    const axis = (sources ?? this.store.main).axis.value;
    const steps = findProbe(index, wished.run, probe)?.steps ?? [];
    const value = wished.step === 'same' ? 'same' : String(sources?.ref.value?.step ?? wished.step);
    const choices = [
      { value: 'same', label: `${axis.singular} as A` },
      ...steps.map((step) => ({ value: String(step), label: axis.name(step) })),
    ];
    return html`<span class="group"
      ><rv-run-picker
        letter=${letter}
        .runs=${runs}
        .value=${wished.run}
        @rv-run=${(event: CustomEvent<string>) => replace({ run: event.detail, step: wished.step })}
      ></rv-run-picker>
      ${field(
        '',
        choices,
        value,
        (step) => replace({ run: wished.run, step: step === 'same' ? 'same' : Number(step) }),
        `${capital(axis.singular)} of ${letter}`,
      )}${sources ? this.matched(letter, sources) : nothing}
      <button
        title=${i ? `Leave ${letter} out` : 'Stop comparing'}
        aria-label=${i ? `Leave ${letter} out` : 'Stop comparing'}
        @click=${remove}
      >
        ✕
      </button></span
    >`;
  }

  /** Quality of the unit matching between A and another recording, once loaded. */
  private matched(letter: string, { matching }: RecordingData) {
    const match = matching.value;
    if (match.state === 'empty') return nothing;
    if (match.state === 'failed')
      return html`<span class="problem" role="alert"
        >${match.message} <button @click=${match.retry}>Try again</button></span
      >`;
    if (match.state !== 'ready') return html`<span class="muted" role="status">matching…</span>`;
    return html`<span
      class="muted number"
      title="mean correlation of the units of A with those of ${letter} that match them best, over ${formatCount(
        match.value.tokens,
      )} tokens"
      >r ${match.value.quality.toFixed(2)}</span
    >`;
  }

  /** Next run to compare: the newest not yet compared, else an earlier step. */
  private next(
    others: readonly RunInfo[],
    { run, probe }: Selection,
    wished: readonly WishedCompared[],
  ): WishedCompared {
    const taken = new Set([run, ...wished.map((one) => one.run)]);
    const [fresh] = others.filter((info) => !taken.has(info.run)).sort((a, b) => b.wallTime - a.wallTime);
    if (fresh) return { run: fresh.run, step: 'same' };
    const steps = others.find((info) => info.run === run)?.probes.find((info) => info.probe === probe)?.steps ?? [];
    const used = new Set(wished.filter((one) => one.run === run).map((one) => one.step));
    return { run, step: steps.find((step) => !used.has(step)) ?? steps[0] ?? 'last' };
  }

  /** Comparison with the newest run that has this layer, else with the first step. */
  private compare(others: readonly RunInfo[], { run, probe, layer }: Selection): void {
    const hasLayer = (info: RunInfo) =>
      info.probes.some((p) => p.probe === probe && p.layers.some((l) => l.layer === layer));
    const rest = others.filter((info) => info.run !== run && hasLayer(info)).sort((a, b) => b.wallTime - a.wallTime);
    const first = others.find((info) => info.run === run)?.probes.find((info) => info.probe === probe)?.steps[0] ?? 0;
    const compare: { run: string; step: ComparedStep } = rest.length
      ? { run: rest[0].run, step: 'same' }
      : { run, step: first };
    this.store.select({ compare });
  }
}
customElements.define('rv-top-bar', TopBar);

/**
 * Value of a layer in the list of layers.
 * One of another axis has the probe of that axis behind its name.
 */
const layerValue = ({ probe, layer }: { readonly probe: string; readonly layer: string }, own: string) =>
  probe === own ? layer : `${layer}\n${probe}`;

const recorded = (index: Index) => index.runs.filter((run) => run.probes.some((probe) => probe.steps.length));
