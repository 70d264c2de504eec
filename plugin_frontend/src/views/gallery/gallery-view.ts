import { signal } from '@preact/signals-core';
import { css, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { GalleryUnit } from '../../data/gallery.ts';
import type { Digest } from '../../data/types.ts';
import { valueOrStale } from '../../state/store.ts';
import { layersOf } from '../../ui/chosen-layer.ts';
import type { ExportTable } from '../../ui/export/export-table.ts';
import { capital, formatCount, spaced } from '../../ui/format.ts';
import { panelStyle } from '../../ui/panel-style.ts';
import { emptyPanel, loadablePanel } from '../../ui/state-panel.ts';
import { Typesetter } from '../../ui/text/typesetter.ts';
import { controls } from '../../ui/theme.ts';
import { View } from '../../ui/view.ts';
import './gallery-card.ts';
import type { GalleryCard } from './gallery-card.ts';
import { changeFilter, choicesOf, filtered, NO_FILTER, readFilter, type GalleryFilter } from './gallery-filter.ts';
import { galleryTable } from './gallery-numbers.ts';
import { kindColor } from './kind-colors.ts';
import './kinds-picture.ts';
import { CARD_KINDS, countKinds, hasKinds, KINDS, statesOf } from './unit-kinds.ts';
import { wordingOf } from '../../state/wording.ts';

/** Key of a card: the same unit keeps its element from epoch to epoch. */
const keyOf = ({ layer, quantity, unit }: GalleryUnit) => `${layer}\n${quantity}\n${unit}`;

/**
 * Gallery: the units that can be read best, found without any feature.
 * Beside the cards, the number of units of each kind over the training.
 */
export class GalleryView extends View {
  /** Keys of the cards in sight. */
  private readonly inSight = signal<ReadonlySet<string>>(new Set());
  private sight: IntersectionObserver | null = null;
  private observed: ReadonlySet<Element> = new Set();
  private readonly typesetter = new Typesetter();

  static override styles = [
    controls,
    panelStyle,
    css`
      .page {
        flex: 1 1 0;
        min-height: 0;
        overflow: hidden auto;
        border-top: 1px solid var(--rv-line);
        container-type: inline-size;
      }
      .columns {
        display: grid;
        gap: 8px;
        padding: 8px;
      }
      .cards {
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 420px), 1fr));
        gap: 8px;
        align-content: start;
        align-items: start;
        min-width: 0;
      }
      .segments button i {
        display: inline-block;
        width: 8px;
        height: 8px;
        border-radius: 2px;
        margin-right: 4px;
      }
      @container (min-width: 800px) {
        .columns {
          grid-template-columns: minmax(0, 1fr) minmax(250px, 24%);
        }
        rv-kinds-picture {
          position: sticky;
          top: 8px;
          align-self: start;
        }
      }
    `,
  ];

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.sight?.disconnect();
    this.sight = null;
    this.observed = new Set();
  }

  override render() {
    const { store, recording } = this;
    if (!recording || !store.selection.value) return nothing;
    const { digest, digests, axis, ref } = recording.data;
    const here = digest.value;
    if (!here)
      return digests.value.state === 'ready'
        ? emptyPanel(`Nothing was logged about ${axis.value.name(ref.value?.step ?? 0)}.`, 'fill')
        : loadablePanel(digests.value, 'Reading the kinds of units…', 'fill');
    const all = valueOrStale(digests.value) ?? [];
    if (!hasKinds(here) && !all.some(hasKinds)) return emptyPanel(this.whyNoKinds(), 'fill');
    const filter = readFilter(store);
    const cards = filtered(here.gallery, filter);
    return html`<div class="head">${this.filters(here, filter)}</div>
      <div class="page" data-figure>
        <div class="columns">
          <div
            class="cards ${digests.value.state === 'loading' ? 'old' : ''}"
            role="list"
            aria-label="Units at ${axis.value.name(here.step)}"
          >
            ${cards.length ? this.cards(cards) : this.without(here, filter)}
          </div>
          <rv-kinds-picture
            .store=${store}
            .recording=${recording}
            .over=${this.recordings.slice(1)}
          ></rv-kinds-picture>
        </div>
      </div>`;
  }

  protected override updated(changed: PropertyValues): void {
    super.updated(changed);
    const page = this.renderRoot.querySelector('.page');
    if (!page) return;
    this.sight ??= new IntersectionObserver(this.seen, { root: page, rootMargin: '150px' });
    const cards = new Set<Element>(this.renderRoot.querySelectorAll('rv-gallery-card'));
    for (const card of this.observed) if (!cards.has(card)) this.sight.unobserve(card);
    for (const card of cards) if (!this.observed.has(card)) this.sight.observe(card);
    this.observed = cards;
  }

  override exportTable(): ExportTable | null {
    return this.recording ? galleryTable(this.recordings, readFilter(this.store), wordingOf(this.store)) : null;
  }

  private readonly seen = (entries: readonly IntersectionObserverEntry[]): void => {
    const next = new Set(this.inSight.peek());
    for (const { target, isIntersecting } of entries) {
      const key = keyOf((target as GalleryCard).unit);
      if (isIntersecting) next.add(key);
      else next.delete(key);
    }
    this.inSight.value = next;
  };

  private cards(cards: readonly GalleryUnit[]) {
    const { store, recording, typesetter } = this;
    const inSight = this.inSight.value;
    const dark = store.dark.value;
    return repeat(
      cards,
      keyOf,
      (unit) =>
        html`<rv-gallery-card
          role="listitem"
          aria-label="${unit.kind}: ${unit.layer} ${spaced(unit.quantity)} ${unit.unit}"
          .store=${store}
          .recording=${recording}
          .unit=${unit}
          .typesetter=${typesetter}
          .swatch=${kindColor(unit.kind, dark)}
          .inSight=${inSight.has(keyOf(unit))}
        ></rv-gallery-card>`,
    );
  }

  private filters({ gallery }: Digest, filter: GalleryFilter) {
    const states = statesOf(valueOrStale(this.recording.data.digests.value) ?? []);
    const distinct = (values: readonly string[]) => [...new Set(values)];
    const dark = this.store.dark.value;
    const kindLabel = (kind: string) => [
      html`<i style="background:${kindColor(kind, dark)}" aria-hidden="true"></i>`,
      kind,
    ];
    const [layers, quantities] = [states.map(({ layer }) => layer), states.map(({ quantity }) => quantity)];
    return html`${this.segments(gallery, filter, 'kind', CARD_KINDS, kindLabel)}
    ${this.segments(gallery, filter, 'layer', distinct(layers), (layer) => layer)}
    ${this.segments(gallery, filter, 'quantity', distinct(quantities), spaced)}`;
  }

  /** Buttons of one part of the filter; none if there is nothing to choose from. */
  private segments(
    units: readonly GalleryUnit[],
    filter: GalleryFilter,
    key: keyof GalleryFilter,
    values: readonly string[],
    label: (value: string) => unknown,
  ): TemplateResult | typeof nothing {
    const choices = choicesOf(units, filter, key, values);
    if (choices.length < 3) return nothing;
    return html`<span class="segments" role="group" aria-label=${capital(key)}
      >${choices.map(
        ({ value, count }) =>
          html`<button aria-pressed=${filter[key] === value} @click=${() => changeFilter(this.store, { [key]: value })}>
            ${value ? label(value) : `every ${key}`} <span class="muted number">${formatCount(count)}</span>
          </button>`,
      )}</span
    >`;
  }

  /** Reason for which no digest of the run has kinds. */
  private whyNoKinds(): string {
    const layers = layersOf(this.store, this.recording);
    const hasStates = layers.some(({ quantities }) => quantities.some(({ quantity }) => quantity.endsWith('_state')));
    return hasStates
      ? 'This log was written before units had kinds: record again to see its gallery.'
      : 'Kinds are those of hidden and cell states, and this log has none: record a state to see its gallery.';
  }

  /** Reason for which there is no card. */
  private without(digest: Digest, filter: GalleryFilter): TemplateResult {
    const { name } = this.recording.data.axis.value;
    const here = name(digest.step);
    if (!hasKinds(digest))
      return emptyPanel(`${capital(here)} was recorded before units had kinds; later ones have a gallery.`);
    if (!digest.gallery.length) return emptyPanel(`No unit can be read at ${here}: ${kindsSentence(digest)}.`);
    const of = [filter.layer, filter.quantity && spaced(filter.quantity)].filter(Boolean).join(', ');
    return emptyPanel(
      `None of the ${formatCount(digest.gallery.length)} units of the gallery at ${here} is ${
        filter.kind ? `a ${filter.kind}` : 'among them'
      }${of ? ` of ${of}` : ''}.`,
      'line',
      { label: 'Show all', act: () => changeFilter(this.store, NO_FILTER) },
    );
  }
}
customElements.define('rv-gallery-view', GalleryView);

/** `300 mixed, 20 echo`: units of all layers and states by kind. */
function kindsSentence(digest: Digest): string {
  const counts = statesOf([digest]).map((state) => countKinds(digest, state) ?? []);
  const sums = KINDS.map((kind, i) => ({ kind, sum: counts.reduce((sum, one) => sum + (one[i] ?? 0), 0) }));
  const parts = sums.filter(({ sum }) => sum > 0).map(({ kind, sum }) => `${formatCount(sum)} ${kind}`);
  return parts.join(', ') || 'no unit has a kind';
}
