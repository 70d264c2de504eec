import { signal as makeSignal } from '@preact/signals-core';
import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { TokenText } from '../../data/types.ts';
import { isMatched } from '../../state/feature-query.ts';
import { pinnedToken, pinToken } from '../../state/pinned-token.ts';
import { sameText } from '../../state/same-text.ts';
import { rowOf } from '../../state/unit-rows.ts';
import { valueOrStale, type ComparedRecording, type Selection } from '../../state/store.ts';
import { nextMatch } from '../../ui/draw/feature-matches.ts';
import { readWindow, writeWindow, type StepWindow } from '../../ui/draw/sampled-series.ts';
import { backButton } from '../../ui/back-button.ts';
import { bestStretch, chosenFinding, middleOf } from '../../state/best-stretch.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { formatCount, numberedName, spaced } from '../../ui/format.ts';
import { furtherUnitsMenu } from '../../ui/further-units-menu.ts';
import '../../ui/legend.ts';
import { coloredValues, limitButtons } from '../../ui/limit-buttons.ts';
import { matchButtons, matchStyle } from '../../ui/match-buttons.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { emptyPanel, failedPanel, loadingPanel } from '../../ui/state-panel.ts';
import { controls } from '../../ui/theme.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import { chipStyle, exchangeButton, rangeChip, unitNames } from '../../ui/unit-legend.ts';
import { View } from '../../ui/view.ts';
import { latest } from '../../ui/view-part.ts';
import { forecastControls } from './forecast-controls.ts';
import { stepsBeyond } from './horizons.ts';
import './signal-chart.ts';
import type { SignalChart, StepUnit } from './signal-chart.ts';
import type { PointedStep } from './signal-gestures.ts';
import { signalTable } from './signal-numbers.ts';
import { activityBands, overviewBand, signalBands, type SignalParts, type UnitTrace } from './signal-picture.ts';
import { drawnSteps, sequenceSpan, type SequenceSpan } from './signal-series.ts';
import { signalStyle } from './signal-style.ts';

const CARD_GAP = 8;
/** Milliseconds without a gesture after which the window is written into the link. */
const WINDOW_MS = 200;
const ZOOM = 2;
const NO_SIGNAL = 'The steps of this probe are tokens: the Text view shows them.';
const LINES = 'A ribbon for each unit, and a line beside that of the chosen unit.';

const sameItems = (a: readonly unknown[], b: readonly unknown[]) =>
  a.length === b.length && a.every((item, i) => item === b[i]);

/** Units of a recording that can be drawn, and why one cannot. */
interface Traces {
  readonly traces: readonly UnitTrace[];
  readonly problem: TemplateResult | null;
  readonly isLoading: boolean;
}

/**
 * Channels of a signal with columns, activity, and forecast against target.
 * Compared recordings share the channels.
 */
export class SignalView extends View {
  private readonly pointed = makeSignal<number | null>(null);
  /** Window that this view has written into the link, and its word. */
  private written: { readonly word: string; readonly view: StepWindow } | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private parts: SignalParts | null = null;
  private inputs: readonly unknown[] = [];
  private span: SequenceSpan = { sequence: 0, first: 0, length: 0 };
  /** Finding and chosen tokens for which the signal was moved last. */
  private shown = { finding: '', tokens: '' };
  /** Window before it moved to a finding; null if it did not. */
  private readonly origin = makeSignal<StepWindow | null>(null);

  private readonly bandsOf = latest(signalBands);
  private readonly activityOf = latest(activityBands);
  private readonly overviewOf = latest(overviewBand);
  private readonly windowOf = latest((word: string, span: SequenceSpan) => readWindow(word, drawnSteps(span)));
  private readonly unitOf = latest((rate: number | null, unit: string): StepUnit =>
    rate === null ? { stepsPerUnit: 1, unit: 'step' } : { stepsPerUnit: rate, unit },
  );

  static override styles = [controls, panelStyle, matchStyle, chipStyle, signalStyle];

  override connectedCallback(): void {
    super.connectedCallback();
    // Loaded beside the first picture, which needs no card.
    void import('../../ui/text/token-card.ts').then(() => this.placeCard());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.timer);
  }

  override render() {
    const { store, recordings } = this;
    const selection = store.selection.value;
    if (!selection || !recordings.length) return nothing;
    const text = valueOrStale(this.recording.data.text.value);
    if (!text?.signal) return emptyPanel(NO_SIGNAL, 'fill');
    const { traces, problem, isLoading } = this.traces(text);
    const parts = this.partsOf(text, selection, traces, isLoading);
    this.span = parts.span;
    const { first, length } = parts.span;
    const [pinned, hovered] = [pinnedToken(store), store.hover.value.token];
    const local = (token: number | null) =>
      token === null || token < first || token >= first + length ? null : token - first;
    return html`<div class="head">${this.head(parts, text)}</div>
      <div class="body">
        <rv-signal-chart
          class=${isLoading ? 'old' : ''}
          data-figure
          .bands=${this.bandsOf(parts)}
          .fixedBands=${this.activityOf(parts)}
          .whole=${this.overviewOf(parts)}
          .length=${drawnSteps(parts.span)}
          .steps=${length}
          .view=${this.view(parts.span)}
          .unit=${this.unitOf(parts.signal.rate, parts.signal.timeUnit)}
          .hovered=${local(hovered)}
          .pinned=${local(pinned)}
          .range=${this.localRange(selection)}
          .dark=${store.dark.value}
          .label=${`Signal of ${parts.signal.channels.length} channels, ${formatCount(length)} steps`}
          @rv-step=${(event: CustomEvent<PointedStep>) => this.stepPointed(event.detail)}
          @rv-range=${(event: CustomEvent<readonly [number, number] | null>) => this.rangeChosen(event.detail)}
          @rv-window=${(event: CustomEvent<StepWindow>) => this.windowMoved(event.detail)}
        ></rv-signal-chart>
        ${problem ?? nothing}
      </div>
      <div class="foot" data-figure>${this.foot(selection)}</div>
      ${this.card()}`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    this.revealChosen();
    void this.placeCard();
  }

  override exportTable(): ExportTable | null {
    const selection = this.store.selection.peek();
    return this.parts && selection ? signalTable(this.parts, selection) : null;
  }

  /** Pins a step, counted over all sequences, and goes there. */
  show(token: number): void {
    pinToken(this.store, token);
    const [{ first, length }, text] = [this.span, this.parts?.text];
    if (token >= first && token < first + length) this.chart?.reveal(token - first);
    else if (text) this.chooseSequence(sequenceSpan(text.lengths, token));
  }

  /** Pins the next match after the pinned step, else after the first one in view. */
  readonly toMatch = (direction: 1 | -1): void => {
    const mask = valueOrStale(this.recording.data.mask.peek());
    if (!mask) return;
    const from = pinnedToken(this.store) ?? this.span.first + Math.floor(this.chart?.view.first ?? 0) - direction;
    const token = nextMatch(mask, from, direction);
    if (token >= 0) this.show(token);
  };

  private get chart(): SignalChart | null {
    return this.renderRoot.querySelector('rv-signal-chart');
  }

  /** The picture, the one before while another activity is loading. */
  private partsOf(
    text: TokenText,
    selection: Selection,
    traces: readonly UnitTrace[],
    isLoading: boolean,
  ): SignalParts {
    const { store, recordings } = this;
    const own = text.signal!;
    const pinned = pinnedToken(store);
    const names = text.outputs?.names ?? [];
    const span = {
      ...sequenceSpan(text.lengths, selection.tokens?.[0] ?? pinned),
      beyond: stepsBeyond(names),
    };
    const texts = recordings.map(({ data }) => valueOrStale(data.text.value));
    const mask = this.maskIn(text, selection.feature);
    const [isOverlaid, sharesBand] = [store.option('signalas').value === 'overlaid', this.mode === 'overlay'];
    const output = Math.max(0, names.indexOf(store.option('signaloutput').value));
    const isPinnedHere = pinned !== null && pinned >= span.first && pinned < span.first + span.length;
    const last = text.targetKind === 'sequence numbers' ? span.length - 1 : null;
    const pathStep = isPinnedHere && last === null ? pinned - span.first : last;
    const keptTraces = isLoading && this.parts?.text === text ? [...this.parts.units, ...this.parts.further] : traces;
    const inputs = [
      ...texts,
      ...keptTraces.flatMap(({ values, colors, unit }) => [values, colors, unit]),
      ...[span.first, span.length, mask, selection.feature, selection.quantity],
      ...[isOverlaid, sharesBand, output, pathStep, store.dark.value],
    ];
    if (this.parts && sameItems(inputs, this.inputs)) return this.parts;
    this.inputs = inputs;
    const furthers = selection.units.length;
    this.parts = {
      text,
      signal: own,
      span,
      units: keptTraces.slice(0, keptTraces.length - Math.min(furthers, keptTraces.length)),
      further: furthers ? keptTraces.slice(-furthers) : [],
      quantity: spaced(selection.quantity),
      feature: selection.feature,
      mask,
      forecasts: recordings.flatMap(({ letter, series, data: { difference } }, i) => {
        const other = texts[i];
        return other && !difference && sameText(text, other) ? [{ letter, series, text: other }] : [];
      }),
      output,
      pathStep,
      isOverlaid,
      sharesBand,
      dark: store.dark.value,
    };
    return this.parts;
  }

  /** Chosen unit of each recording, then further units of the first. */
  private traces(text: TokenText): Traces {
    const { store, recordings } = this;
    let problem: TemplateResult | null = null;
    let isLoading = store.colors.pending.value;
    const trace = ({ letter, series, data }: ComparedRecording, unit: number): UnitTrace[] => {
      const row = rowOf(store, data, unit, text.tokens.length);
      if (row.state === 'ready')
        return [{ letter, series, unit, values: row.value, colors: data.colorsOf.value(unit) }];
      if (row.state === 'loading') isLoading = true;
      else problem = row.state === 'failed' ? failedPanel(row, 'line') : emptyPanel(row.why, 'line');
      return [];
    };
    const selectedTraces = recordings.flatMap((recording) => {
      const own = valueOrStale(recording.data.text.value);
      if (own && sameText(text, own)) return trace(recording, recording.data.unit.value);
      problem = emptyPanel(`${recording.letter} read another signal, which is not drawn here.`, 'line');
      return [];
    });
    const further = this.recording.data.units.value.flatMap((unit) => trace(this.recording, unit));
    if (isLoading && !this.parts) problem ??= loadingPanel('Reading the activity…', 'line');
    return { traces: [...selectedTraces, ...further], problem, isLoading };
  }

  /** Mask of the feature; that of a feature query if one is shown. */
  private maskIn({ masks, tokens }: TokenText, feature: string): Uint8Array | null {
    const match = valueOrStale(this.recording.data.queryResult.value);
    if (!isMatched(match)) return masks.get(feature) ?? null;
    return match.mask?.length === tokens.length ? match.mask : null;
  }

  private view(span: SequenceSpan): StepWindow {
    const length = drawnSteps(span);
    const word = this.store.option('signalwindow').value;
    if (this.written?.word === word && this.written.view.end <= length) return this.written.view;
    this.written = null;
    return this.windowOf(word, this.span);
  }

  private windowMoved(view: StepWindow): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      const word = writeWindow(view, drawnSteps(this.span));
      this.written = { word, view };
      this.store.option('signalwindow').value = word;
    }, WINDOW_MS);
    void this.placeCard();
  }

  private localRange({ tokens }: Selection): readonly [number, number] | null {
    const { first, length } = this.span;
    if (!tokens || tokens[1] <= first || tokens[0] >= first + length) return null;
    // The sequence as a whole is what is in view, not a choice within it.
    if (tokens[0] === first && tokens[1] === first + length) return null;
    return this.rangeOf(tokens[0], tokens[1]);
  }

  private readonly rangeOf = latest((from: number, end: number): readonly [number, number] => [
    from - this.span.first,
    end - this.span.first,
  ]);

  private stepPointed({ step, lasting }: PointedStep): void {
    const token = step === null ? null : this.span.first + step;
    if (lasting) return pinToken(this.store, token === pinnedToken(this.store) ? null : token);
    this.pointed.value = token;
    this.store.hoverOver({ token, unit: null });
  }

  private rangeChosen(range: readonly [number, number] | null): void {
    const { first } = this.span;
    this.store.select({ tokens: range && [first + range[0], first + range[1]] });
  }

  private chooseSequence({ first, length }: SequenceSpan): void {
    this.written = null;
    this.store.option('signalwindow').value = '';
    this.store.select({ tokens: [first, first + length] });
  }

  /** Moves the window to newly chosen steps. */
  private revealChosen(): void {
    const { chart, parts } = this;
    const selection = this.store.selection.peek();
    if (!chart || !parts || !selection) return;
    const tokens = selection.tokens?.join() ?? '';
    const key = JSON.stringify([selection.layer, selection.quantity, selection.unit, selection.feature]);
    const { tokens: tokensBefore, finding: findingBefore } = this.shown;
    const isFirst = findingBefore === '';
    if (tokens !== tokensBefore) {
      this.shown = { ...this.shown, tokens };
      const range = isFirst ? null : this.localRange(selection);
      if (range) chart.reveal(range[0]);
    }
    if (key === findingBefore) return;
    const stretch = this.chosenStretch(parts, selection);
    if (stretch === 'loading') return;
    this.shown = { ...this.shown, finding: key };
    if (isFirst || !stretch) return;
    const before = chart.view;
    const token = middleOf(stretch);
    const { first, length } = this.span;
    if (token < first || token >= first + length) this.chooseSequence(sequenceSpan(parts.text.lengths, token));
    else if (chart.reveal(token - first)) this.origin.value = before;
  }

  /** Steps that show the chosen finding best; null if the chosen unit is none. */
  private chosenStretch(parts: SignalParts, selection: Selection): readonly [number, number] | 'loading' | null {
    const { data } = this.recording;
    const finding = chosenFinding(data.findings.peek(), selection, data.unit.peek());
    if (!finding) return null;
    const values = parts.units.find(({ unit }) => unit === finding.unit)?.values;
    const mask = parts.mask ?? aboveMean(parts.text.columns.get(selection.feature)?.values ?? null);
    if (parts.feature !== selection.feature || !values) return 'loading';
    return mask && bestStretch(values, mask, finding.effect);
  }

  /** Moves back to the window before a finding was chosen. */
  private readonly goBack = (): void => {
    if (this.origin.value) this.chart?.show(this.origin.value);
    this.origin.value = null;
  };

  private head(parts: SignalParts, text: TokenText) {
    const { store, chart } = this;
    const as = store.option('signalas');
    const overlaid = as.value === 'overlaid';
    return html`${matchButtons(store, this.recording, this.toMatch)}${backButton(
        'signal',
        this.origin.value && this.goBack,
      )}${this.sequences(text)}<span class="push"></span>${forecastControls(store, parts)}${
        parts.signal.channels.length > 1
          ? toggleButton(overlaid, 'overlaid', 'Draw all channels on one scale, or each on its own', () => {
              as.value = overlaid ? 'bands' : 'overlaid';
            })
          : nothing
      }${furtherUnitsMenu(store, this.recording, LINES)}<span class="group"
        ><button title="Zoom out (−)" aria-label="Zoom out" @click=${() => chart?.zoom(1 / ZOOM)}>−</button
        ><button title="Zoom in (+)" aria-label="Zoom in" @click=${() => this.chart?.zoom(ZOOM)}>+</button
        ><button title="Show all steps (0)" @click=${() => this.chart?.showAll()}>Fit</button></span
      >`;
  }

  /** Sequence in view, and buttons to those beside it. */
  private sequences(text: TokenText) {
    const { lengths } = text;
    if (lengths.length < 2) return nothing;
    const { sequence, first, length } = this.span;
    const before = {
      sequence: sequence - 1,
      first: first - (lengths[sequence - 1] ?? 0),
      length: lengths[sequence - 1],
    };
    const after = { sequence: sequence + 1, first: first + length, length: lengths[sequence + 1] };
    return html`<span class="group"
      ><button
        aria-label="Sequence before"
        title="Sequence before"
        ?disabled=${!before.length}
        @click=${() => this.chooseSequence(before)}
      >
        ‹</button
      ><span class="number">sequence ${numberedName(text, sequence)} of ${formatCount(lengths.length)}</span
      ><button
        aria-label="Next sequence"
        title="Next sequence"
        ?disabled=${!after.length}
        @click=${() => this.chooseSequence(after)}
      >
        ›
      </button></span
    >`;
  }

  private foot({ layer }: Selection) {
    const { store, recordings } = this;
    const { data } = this.recording;
    const colors = data.colors.value;
    const what = `${layer} ${coloredValues(store, data.difference)}, unit ${unitNames(recordings)}`;
    return html`<rv-colors .colors=${colors} .what=${what} .dark=${store.dark.value}></rv-colors
      >${exchangeButton(store, colors.diverging)}${limitButtons(store, data)}${
        this.localRange(store.selection.value!) ? rangeChip(store, valueOrStale(data.text.value)) : nothing
      }`;
  }

  private get carded(): { readonly token: number; readonly isPinned: boolean } | null {
    const [pointed, pinned] = [this.pointed.value, pinnedToken(this.store)];
    if (pointed !== null && pointed !== pinned) return { token: pointed, isPinned: false };
    return pinned === null ? null : { token: pinned, isPinned: true };
  }

  private card() {
    const { store, carded } = this;
    if (!carded) return nothing;
    return html`<rv-token-card
      class=${carded.isPinned ? '' : 'hover'}
      .store=${store}
      .recordings=${this.recordings}
      .token=${carded.token}
      .pinned=${carded.isPinned}
      @rv-release=${() => pinToken(store, null)}
    ></rv-token-card>`;
  }

  /** Beside its step, where there is more room, always whole within the view. */
  private async placeCard(): Promise<void> {
    const card = this.renderRoot.querySelector<HTMLElement & { updateComplete: Promise<boolean> }>('rv-token-card');
    const { carded } = this;
    if (!card || !carded) return;
    await card.updateComplete;
    const rect = this.chart?.rectOf(carded.token - this.span.first) ?? null;
    card.style.visibility = rect ? 'visible' : 'hidden';
    if (!rect) return;
    const box = this.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = card;
    const right = rect.right - box.left + CARD_GAP;
    const before = rect.left - box.left - CARD_GAP - width;
    // A forecast is drawn behind its step.
    const isLeft = right + width > box.width || (this.parts?.pathStep != null && before >= 4);
    const left = isLeft ? Math.max(4, before) : right;
    const top = Math.max(4 - box.top, Math.min(rect.top - box.top + 4, window.innerHeight - box.top - height - 4));
    card.style.left = `${left}px`;
    card.style.top = `${top}px`;
  }
}
customElements.define('rv-signal-view', SignalView);

/** 1 where a number is above its mean, by which a finding on a number is located. */
function aboveMean(values: Float32Array | null): Uint8Array | null {
  if (!values) return null;
  const finite = values.filter(Number.isFinite);
  const mean = finite.reduce((sum, value) => sum + value, 0) / Math.max(1, finite.length);
  return Uint8Array.from(values, (value) => (value > mean ? 1 : 0));
}
