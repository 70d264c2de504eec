import { computed } from '@preact/signals-core';
import { html, nothing, type TemplateResult } from 'lit';
import { makeColormap, type Colormap } from '../../draw/colormap.ts';
import { READABLE } from '../../draw/heatmap-layout.ts';
import { Missing } from '../../data/types.ts';
import { visible } from '../../draw/glyphs.ts';
import '../../elements/legend.ts';
import { controls } from '../../elements/theme.ts';
import { Watching } from '../../elements/watching.ts';
import { figure, short, tokenName, words } from '../../elements/words.ts';
import { shown, type Sources as Resources, type Store } from '../../state/store.ts';
import './heatmap-canvas.ts';
import type { HeatmapCanvas, Pointed } from './heatmap-canvas.ts';
import { heatmapControls } from './heatmap-controls.ts';
import { buildModel, counted, type Model, type Sources } from './heatmap-model.ts';
import { readOptions, writeOptions, type HeatmapOptions } from './heatmap-options.ts';
import { panelStyle } from './panel-style.ts';

const WHY_MISSING = ['', 'masked', 'not a number', '−∞', '∞'];
const NOTHING: Sources = { activity: null, text: null, mask: null, relevance: null };

/** Units by tokens, the units that go with the feature on top, their relevance beside them. */
export class HeatmapView extends Watching {
  static override properties = { store: { attribute: false } };
  declare store: Store;
  static override styles = [controls, panelStyle];
  private pointed: Pointed = { unit: null, place: null };

  private readonly compares = computed(() => Boolean(this.store.selection.value?.compare));
  private readonly options = computed((): HeatmapOptions => {
    const options = readOptions(this.store);
    return this.compares.value ? options : { ...options, side: 'a' };
  });
  private readonly side = computed(() => this.options.value.side);
  private readonly a = computed(() => read(this.store));
  private readonly b = computed(() => (this.compares.value ? read(this.store.compared) : NOTHING));
  private readonly own = computed(() => (this.side.value === 'b' ? this.b.value : this.a.value));
  private readonly activity = computed(() => (this.side.value === 'b' ? this.store.compared : this.store).activity.value);
  private readonly model = computed((): Model | string | null => {
    const { store } = this;
    const selection = store.selection.value;
    if (!selection) return null;
    return buildModel(this.a.value, this.b.value, selection, { hypotheses: store.hypotheses.value }, store.colors.value, differenceColors(store), this.options.value);
  });

  override render(): TemplateResult {
    const { store } = this;
    const selection = store.selection.value;
    const options = this.options.value;
    if (!selection) return html`<div class="message">Waiting for a recording…</div>`;
    const built = this.model.value;
    const model = typeof built === 'object' ? built : null;
    const old = model !== null && this.activity.value.state !== 'ready';
    const dark = store.dark.value;
    return html`
      <div class="head">${heatmapControls({
        options,
        feature: selection.feature,
        compares: selection.compare !== null,
        zoomed: this.canvas?.zoomed ?? false,
        statistics: this.own.value.relevance?.statistics ?? [],
        note: model?.note ?? null,
        change: (change) => writeOptions(store, change),
        zoom: (factor) => this.canvas?.zoomBy(factor),
      })}</div>
      <div class="picture ${old ? 'old' : ''}">
        ${model
          ? html`<rv-heatmap-canvas
              .model=${model}
              .dark=${dark}
              .rowHeight=${options.rows === 'overview' ? 'fit' : READABLE}
              .pointed=${this.point(model)}
              @rv-point=${(event: CustomEvent<Pointed>) => this.hover(store, model, event.detail)}
              @rv-pick=${(event: CustomEvent<number>) => store.select({ unit: event.detail })}
              @rv-zoom=${() => this.requestUpdate()}
            ></rv-heatmap-canvas>`
          : this.message(built)}
      </div>
      <div class="foot">
        ${model ? html`<rv-colors .colors=${model.colors} .dark=${dark} .what=${this.quantity()} .missing=${this.missing(store)}></rv-colors>` : nothing}
        <span class="readout">${model ? this.readout(store, model) : nothing}</span>
      </div>
    `;
  }

  private get canvas(): HeatmapCanvas | null {
    return this.renderRoot?.querySelector('rv-heatmap-canvas') ?? null;
  }

  private message(model: unknown): TemplateResult {
    const activity = this.activity.value;
    if (activity.state === 'failed') return html`<div class="message"><span>${activity.message}</span><button @click=${activity.retry}>Try again</button></div>`;
    if (activity.state === 'empty') return html`<div class="message">${activity.why}</div>`;
    if (activity.state === 'loading') return html`<div class="message">Reading the activity of every unit…</div>`;
    return html`<div class="message">${model}</div>`;
  }

  /** The same object while nothing moved, so that only what changed is painted. */
  private point(model: Model): Pointed {
    const { unit, token } = this.store.hover.value;
    const place = token === null ? null : model.placeOf(token);
    if (this.pointed.unit !== unit || this.pointed.place !== place) this.pointed = { unit, place };
    return this.pointed;
  }

  private hover(store: Store, model: Model, { unit, place }: Pointed): void {
    store.hoverOver({ token: place === null ? null : (model.tokenAt(place) ?? null), unit, frequency: null });
  }

  private quantity(): string {
    const name = words(this.store.selection.value?.quantity ?? '');
    return this.side.value === 'difference' ? `${name}, B − A` : name;
  }

  private missing(store: Store): boolean {
    const selection = store.selection.value;
    return Boolean(selection && store.digest.value?.ranges[selection.layer]?.[selection.quantity]?.missing);
  }

  private readout(store: Store, model: Model): TemplateResult | typeof nothing {
    const selection = store.selection.value!;
    const { token, unit: pointed } = store.hover.value;
    if (pointed === null && token === null) return html`${model.picture.order ? counted(model.columns, 'match', 'matches') : counted(model.columns, 'token')}, ${counted(model.rows, 'unit')}`;
    const unit = pointed ?? selection.unit;
    if (unit >= model.rows) return nothing;
    const { relevance, text } = this.own.value;
    const { statistic } = this.options.value;
    const evidence = relevance?.get(selection.feature, statistic)[unit];
    const bar = evidence === undefined ? nothing : html` · ${statistic} <b>${figure(evidence)}</b>`;
    if (token === null || token >= model.matrix.columns) return html`unit <b>${unit}</b>${bar}`;
    const word = text ? visible(short(text.table[text.tokens[token]] ?? '')) : '';
    const why = model.matrix.missing(unit, token);
    const value = why === Missing.No ? figure(model.matrix.row(unit)[token], model.colors.diverging) : WHY_MISSING[why];
    return html`unit <b>${unit}</b> · ${text ? tokenName(text, token) : `token ${token}`} <b>${word}</b> · ${this.quantity()} <b>${value}</b>${bar}`;
  }
}
customElements.define('rv-heatmap-view', HeatmapView);

/** As far to both sides as the cells reach from end to middle. */
function differenceColors(store: Store): Colormap {
  const { low, high } = store.limit.value;
  const reach = (high - low) / 2;
  return makeColormap({ low: -reach, high: reach, diverging: true, dark: store.dark.value, swapped: store.option('colors', 'red').value === 'blue' });
}

function read(from: Resources): Sources {
  return {
    activity: shown(from.activity.value),
    text: shown(from.text.value),
    mask: shown(from.mask.value),
    relevance: shown(from.relevance.value),
  };
}
