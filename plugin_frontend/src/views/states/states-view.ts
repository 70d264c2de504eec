import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { POINT_KINDS, type LayerDynamics } from '../../data/dynamics.ts';
import type { Projection } from '../../data/states.ts';
import type { TokenText } from '../../data/types.ts';
import { pinToken, pinnedToken } from '../../state/pinned-token.ts';
import { findProbe } from '../../state/resolve-selection.ts';
import { valueOrStale, type Loadable } from '../../state/store.ts';
import { visible } from '../../state/visible-characters.ts';
import { parseSequences, sequenceAt } from '../../data/sequences.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { field } from '../../ui/field.ts';
import { formatCount, spaced, tokenName, truncate } from '../../ui/format.ts';
import { layerOf } from '../../ui/chosen-layer.ts';
import '../../ui/legend.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { percent } from '../../ui/percent.ts';
import { emptyPanel, failedPanel, loadablePanel } from '../../ui/state-panel.ts';
import { controls } from '../../ui/theme.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import { latest, partStyle } from '../../ui/view-part.ts';
import { View } from '../../ui/view.ts';
import { brushPart, type BrushSummary } from './brush-part.ts';
import './dynamics-part.ts';
import { fittedSteps, placedSteps, type RunSteps } from './fitted-steps.ts';
import './geometry-part.ts';
import './probe-part.ts';
import {
  brushWord,
  brushed,
  chosenRanges,
  frequentTokens,
  overRepresented,
  parseBrush,
  type Brush,
} from './state-brush.ts';
import { ColorSources, LABELS, SOURCES, type ChosenColors } from './color-sources.ts';
import { projectionNotes } from './projection-notes.ts';
import type { PointColors, TokenClasses } from './state-colors.ts';
import { axesOf, lastTokens, parseTurn, pointOf, statePoints, type StatePoints } from './state-points.ts';
import { markLegend, stateMarks, type StateMark } from './state-marks.ts';
import './state-scatter.ts';
import { lastingTrails, trailAround } from './state-trails.ts';
import type { PickedState, StateScatterModel } from './state-scatter.ts';
import { statesTable } from './states-export.ts';
import { markStyle, statesStyle, statesTableStyle } from './states-style.ts';

/** Rows of the lists of chosen states. */
const [MOST_TOKENS, MOST_FEATURES] = [10, 8];
const NO_MARKS: readonly StateMark[] = [];
const NO_TEXT: Pick<TokenText, 'lengths'> = { lengths: [] };

/** States of a layer as points on the axes of what is compared. */
export class StatesView extends View {
  static override styles = [controls, ...partStyle, panelStyle, statesTableStyle, statesStyle, markStyle];

  private readonly pointsOf = latest((projection: Projection, axes: string, last: Set<number> | null): StatePoints =>
    statePoints(projection, axesOf(axes, projection.components), last ? (token) => last.has(token) : undefined),
  );
  private readonly lastOf = latest((text: TokenText) => lastTokens(text.lengths, text.consumed));
  private readonly sources = new ColorSources();
  private readonly fittedOf = latest((runs: string) => fittedSteps(JSON.parse(runs) as RunSteps[]));
  private readonly marksOf = latest((dynamics: LayerDynamics, axes: string) =>
    stateMarks(dynamics, axesOf(axes, dynamics.points.find(({ at }) => at)?.at?.length ?? 1)),
  );
  private readonly brushedOf = latest((points: StatePoints, word: string) => {
    const brush = parseBrush(word);
    return brush && brushed(points, brush);
  });
  private readonly rangesOf = latest(chosenRanges);
  private readonly strongOf = latest(strongPoints);
  private readonly summaryOf = latest(
    (points: StatePoints, chosen: Uint8Array, text: TokenText | null, projection: Projection) =>
      this.summary(points, chosen, text, projection),
  );
  private readonly modelOf = latest(
    (
      points: StatePoints,
      colors: PointColors,
      projection: Projection,
      axes: string,
      turn: string,
      strong: Uint8Array | null,
      brush: string,
      label: string,
      text: TokenText | null,
    ): StateScatterModel => ({
      points,
      colors,
      axes: axesOf(axes, projection.components).map((axis) => ({
        title: axisTitle(projection, axis),
        short: `${axis + 1} (${percent(projection.explained[axis])})`,
        low: projection.low[axis],
        high: projection.high[axis],
      })),
      turn: parseTurn(turn),
      strong,
      brush: parseBrush(brush),
      label,
      nameOf: (index) => nameOfToken(text, points.tokens[index]),
    }),
  );

  override render(): TemplateResult {
    const loadable = this.loadable;
    const projection = loadable && valueOrStale(loadable);
    return html`<div class="head">${this.controls(projection)}</div>
      <div class="page">
        <div class="plot">
          ${
            projection
              ? html`${loadable?.state === 'failed' ? failedPanel(loadable) : nothing}
                  <div class="picture ${loadable?.state === 'ready' ? '' : 'old'}" data-figure>
                    ${this.picture(projection)}
                  </div>
                  ${this.foot(projection)}`
              : html`<div class="picture">${loadable ? loadablePanel(loadable, this.waiting, 'fill') : nothing}</div>`
          }
        </div>
        <div class="side">
          ${projection ? this.brushed(projection) : nothing}
          <rv-state-geometry .store=${this.store} .recording=${this.recording}></rv-state-geometry>
          <rv-layer-dynamics
            .store=${this.store}
            .recording=${this.recording}
            .dynamicSteps=${this.dynamicSteps}
            .fitted=${this.fitted}
          ></rv-layer-dynamics>
          <rv-linear-probe
            .store=${this.store}
            .recording=${this.recording}
            .labels=${this.labels !== null}
          ></rv-linear-probe>
        </div>
      </div>`;
  }

  /** Chosen states are marked in the text, those of A alone. */
  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    if (this.recording.series > 0) return;
    const projection = this.loadable && valueOrStale(this.loadable);
    const points = projection && this.points(projection);
    const chosen = points && this.brushedOf(points, points.z ? '' : this.store.option('statesbrush').value);
    this.store.marked.value = points && chosen ? this.rangesOf(points, chosen) : null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.recordings[0]?.series === 0) this.store.marked.value = null;
  }

  override exportTable(): ExportTable | null {
    const projection = this.loadable && valueOrStale(this.loadable);
    if (!projection) return null;
    const { colors } = this.colors(projection);
    return statesTable(projection, this.text, colors, `states ${this.recording.label}`);
  }

  private get text(): TokenText | null {
    return valueOrStale(this.recording.data.text.value);
  }

  private get method(): 'pca' | 'tsne' {
    return this.store.option('statesmethod').value;
  }

  private get waiting(): string {
    return this.method === 'tsne'
      ? 'Placing the states by t-SNE, which takes up to a minute…'
      : 'Projecting the states…';
  }

  private get loadable(): Loadable<Projection> | null {
    const { store, recording } = this;
    const selection = store.selection.value;
    if (!selection) return null;
    const { layer, quantity } = selection;
    const { data } = recording;
    if (this.method === 'tsne') {
      const refs = store.comparedRecordings.value.flatMap((one) => one.data.ref.value ?? []);
      return data.stateMap(layer, quantity, placedSteps(refs)).value;
    }
    return data.projection(layer, quantity, this.fitted).value;
  }

  /** Steps that the axes are fitted to. */
  private get fitted(): string {
    const runs = this.store.comparedRecordings.value.flatMap((one) => {
      const run = one.data.read.value?.run;
      return run === undefined ? [] : [{ run, steps: one.data.steps.value }];
    });
    return this.fittedOf(JSON.stringify(runs));
  }

  private get dynamicSteps(): readonly number[] | null {
    const [index, ref] = [valueOrStale(this.store.index.value), this.recording.data.ref.value];
    return (index && ref && findProbe(index, ref.run, ref.probe)?.dynamics) || null;
  }

  /** Fixed points on the axes of the picture, unless they are switched off. */
  private get marks(): readonly StateMark[] {
    const { store, recording } = this;
    const [selection, ref] = [store.selection.value, recording.data.ref.value];
    const isOn = this.method === 'pca' && store.option('statesfixed').value === 'on';
    if (!isOn || !selection || !ref || !this.dynamicSteps?.includes(ref.step)) return NO_MARKS;
    const dynamics = recording.data.stateDynamics(selection.layer, selection.quantity, this.fitted).value;
    const value = valueOrStale(dynamics);
    return value ? this.marksOf(value, this.axesWord) : NO_MARKS;
  }

  /** Labels of the sequences as classes of their tokens; null if there are none. */
  private get labels(): TokenClasses | null {
    const projection = this.loadable && valueOrStale(this.loadable);
    return this.sources.labels({ data: this.recording.data, text: this.text, projection });
  }

  private controls(projection: Projection | null): TemplateResult {
    const { store } = this;
    const selection = store.selection.value;
    const info = layerOf(store, this.recording);
    const states = info?.quantities.filter(
      ({ quantity }) => quantity.endsWith('_state') || quantity === selection?.quantity,
    );
    const [axes, method, points, color, fixed] = [
      store.option('statesaxes'),
      store.option('statesmethod'),
      store.option('statespoints'),
      store.option('statescolor'),
      store.option('statesfixed'),
    ];
    const { source, missing } = this.colors(projection);
    const several = (this.text?.lengths.length ?? 0) > 1;
    return html`<span class="segments" role="group" aria-label="Quantity">
        ${states?.map(({ quantity }) =>
          toggleButton(
            quantity === selection?.quantity,
            spaced(quantity),
            `Show the ${spaced(quantity)} of ${info!.layer}`,
            () => store.select({ quantity }),
          ),
        )}
      </span>
      ${field(
        'colour',
        SOURCES.map((value) => ({ value, label: LABELS[value], disabled: missing.has(value) })),
        source,
        (value) => (color.value = value),
      )}
      ${
        method.value === 'pca'
          ? field(
              'axes',
              [
                { value: '1 2', label: '1, 2' },
                { value: '1 3', label: '1, 3' },
                { value: '2 3', label: '2, 3' },
                { value: '3d', label: '1, 2, 3 (drag turns)' },
              ],
              axes.value,
              (value) => (axes.value = value),
            )
          : nothing
      }
      ${
        several
          ? field(
              'points',
              [
                { value: 'all', label: 'every step' },
                { value: 'last', label: 'last step of a sequence' },
              ],
              points.value,
              (value) => (points.value = value),
            )
          : nothing
      }
      ${toggleButton(
        method.value === 'tsne',
        't-SNE',
        'Keeps neighbours together; distances and sizes of groups mean nothing then',
        () => (method.value = method.value === 'tsne' ? 'pca' : 'tsne'),
      )}
      ${
        this.dynamicSteps && method.value === 'pca'
          ? toggleButton(
              fixed.value === 'on',
              'fixed points',
              'States that the layer stays in, with the directions along which differences grow',
              () => (fixed.value = fixed.value === 'on' ? 'off' : 'on'),
            )
          : nothing
      }`;
  }

  private colors(projection: Projection | null): ChosenColors {
    return this.sources.chosen({ store: this.store, data: this.recording.data, text: this.text, projection });
  }

  private points(projection: Projection): StatePoints {
    const { text, store } = this;
    const isLast = store.option('statespoints').value === 'last' && text !== null && text.lengths.length > 1;
    return this.pointsOf(projection, this.axesWord, isLast ? this.lastOf(text) : null);
  }

  private get axesWord(): string {
    return this.method === 'tsne' ? '1 2' : this.store.option('statesaxes').value;
  }

  private picture(projection: Projection): TemplateResult {
    const { store, recording, text } = this;
    const dark = store.dark.value;
    if (projection.explained.length && projection.explained.every((share) => share === 0))
      return emptyPanel(
        'All states are equal, so that there is nothing to project: the layer gives the same at every step.',
        'fill',
      );
    const points = this.points(projection);
    const { colors } = this.colors(projection);
    const lasting = lastingTrails(store, points, text, dark);
    const token = store.hover.value.token;
    const pinned = pinnedToken(store);
    const brush = points.z ? '' : store.option('statesbrush').value;
    const chosen = this.brushedOf(points, brush);
    const strong =
      chosen ?? this.strongOf(points.tokens.length, lasting.map(({ first, end }) => `${first} ${end}`).join());
    const label = this.label(projection, points, colors);
    const model = this.modelOf(
      points,
      colors,
      projection,
      this.axesWord,
      store.option('statesturn').value,
      strong,
      brush,
      label,
      text,
    );
    const indexOf = (at: number | null) => {
      const index = at === null ? -1 : pointOf(points, at);
      return index < 0 ? null : index;
    };
    const near = token ?? pinned;
    const trails = near === null || !text ? lasting : [...lasting, ...trailAround(store, points, text, near, dark)];
    return html`<rv-state-scatter
      .model=${model}
      .trails=${trails}
      .marks=${this.marks}
      .hover=${indexOf(token)}
      .pinned=${indexOf(pinned)}
      ?dark=${dark}
      @rv-over=${(event: CustomEvent<number | null>) =>
        store.hoverOver({ token: event.detail === null ? null : points.tokens[event.detail] })}
      @rv-pick=${(event: CustomEvent<PickedState>) => this.pick(points, text, event.detail)}
      @rv-brush=${(event: CustomEvent<Brush | null>) =>
        (store.option('statesbrush').value = event.detail ? brushWord(event.detail) : '')}
      @rv-turn=${(event: CustomEvent<readonly number[]>) =>
        (store.option('statesturn').value = event.detail.map((angle) => angle.toFixed(2)).join(' '))}
      aria-label=${recording.label}
    ></rv-state-scatter>`;
  }

  private label(projection: Projection, points: StatePoints, colors: PointColors): string {
    const { layer = '', quantity = '' } = this.store.selection.value ?? {};
    const axes = axesOf(this.axesWord, projection.components).map((axis) => axisTitle(projection, axis));
    const color = colors.title || colors.categories[0]?.name;
    return `${formatCount(points.tokens.length)} states of ${layer}, ${spaced(quantity)}, on ${axes.join(' and ')}${
      color ? `, coloured by ${color}` : ''
    }`;
  }

  /** Keeps a token in every view; with `more` also the trajectory of its sequence. */
  private pick(points: StatePoints, text: TokenText | null, { index, more }: PickedState): void {
    const { store } = this;
    const token = points.tokens[index];
    const lengths = text?.lengths ?? [];
    const [sequence] = sequenceAt(lengths, token);
    if (more && sequence >= 0) {
      const word = store.option('statessequences');
      const chosen = parseSequences(word.value, lengths.length);
      const others = chosen.filter((other) => other !== sequence);
      word.value = (others.length < chosen.length ? others : [...chosen, sequence]).join(' ');
      return;
    }
    pinToken(store, pinnedToken(store) === token ? null : token);
    if (lengths.length > 1) store.option('sequence').value = String(sequence);
  }

  private foot(projection: Projection): TemplateResult {
    const { store, recording, text } = this;
    const { colors, source, missing } = this.colors(projection);
    const token = store.hover.value.token ?? pinnedToken(store);
    const points = this.points(projection);
    const index = token === null ? -1 : pointOf(points, token);
    return html`<div class="foot">
        <span class="legend" data-figure
          >${
            colors.map
              ? html`<rv-colors .colors=${colors.map} .what=${colors.title} ?dark=${store.dark.value}></rv-colors>`
              : html`${colors.title}
                ${colors.categories.map(
                  ({ name, css }) => html`<span><i style="background:${css}"></i>${truncate(name, 24)}</span>`,
                )}`
          }
          ${missing.get(source) ?? nothing}
          ${markLegend(POINT_KINDS.filter((kind) => this.marks.some((mark) => mark.kind === kind)))}</span
        >
        <span class="readout" role="status"
          >${
            index < 0
              ? token === null
                ? nothing
                : 'The token that is pointed at has no point here.'
              : html`${nameOfToken(text, token!)} <b>${colors.valueOf(token!, index)}</b>`
          }</span
        >
      </div>
      <div class="notes">${projectionNotes(projection, store, recording)}</div>`;
  }

  private brushed(projection: Projection): TemplateResult | typeof nothing {
    const { store, text } = this;
    const points = this.points(projection);
    const word = points.z ? '' : store.option('statesbrush').value;
    const chosen = this.brushedOf(points, word);
    if (!chosen)
      return points.z
        ? nothing
        : html`<section><p class="muted">Drag over the points to select states and list their tokens.</p></section>`;
    return brushPart(this.summaryOf(points, chosen, text, projection), {
      clear: () => (store.option('statesbrush').value = ''),
      goTo: (name) => {
        const isOne = (token: number, i: number) => chosen[i] === 1 && text?.table[text.tokens[token]] === name;
        const token = points.tokens.find(isOne);
        if (token !== undefined) pinToken(store, token);
      },
      choose: (feature) => store.select({ feature }),
    });
  }

  private summary(
    points: StatePoints,
    chosen: Uint8Array,
    text: TokenText | null,
    projection: Projection,
  ): BrushSummary {
    const labels = this.labels;
    const masks = [...(text?.masks ?? [])].map(([name, mask]) => ({ name, has: (token: number) => mask[token] === 1 }));
    const ofClasses = (title: string, names: readonly string[], of: Int16Array) =>
      names.map((name, k) => ({ name: `${title} ${name}`, has: (token: number) => of[token] === k }));
    const classes = [
      ...(labels ? ofClasses('label', labels.names, labels.of) : []),
      ...(projection.classes ? ofClasses('prediction', projection.classes, this.sources.predicted(projection)) : []),
    ];
    return {
      count: chosen.reduce((sum, on) => sum + on, 0),
      total: points.x.reduce((sum, value) => sum + (Number.isFinite(value) ? 1 : 0), 0),
      tokens: text && !text.signal ? frequentTokens(points, chosen, text, MOST_TOKENS) : null,
      features: overRepresented(points, chosen, masks, MOST_FEATURES),
      classes: overRepresented(points, chosen, classes, MOST_FEATURES),
    };
  }
}
customElements.define('rv-states-view', StatesView);

/** Title of an axis with the share of the variance along it. */
function axisTitle({ method, explained }: Projection, axis: number): string {
  return method === 'tsne'
    ? `t-SNE ${axis + 1}`
    : `component ${axis + 1} (${percent(explained[axis])} of the variance)`;
}

const nameOfToken = (text: TokenText | null, token: number): string => {
  if (!text) return `token ${token}`;
  const word = text.signal ? '' : ` ${visible(truncate(text.table[text.tokens[token]] ?? '', 24))}`;
  return tokenName({ ...NO_TEXT, ...text }, token) + word;
};

/** 1 at the points of ranges, "first end" each; null without ranges. */
function strongPoints(count: number, ranges: string): Uint8Array | null {
  if (!ranges) return null;
  const strong = new Uint8Array(count);
  for (const range of ranges.split(',')) {
    const [first, end] = range.split(' ').map(Number);
    strong.fill(1, first, end);
  }
  return strong;
}
