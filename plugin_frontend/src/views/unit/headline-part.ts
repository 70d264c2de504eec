import { css, html, nothing } from 'lit';
import { chance, counted, figure, short, words } from '../../ui/format.ts';
import { useOf } from '../../state/finding-context.ts';
import { layerOf } from '../../ui/chosen-layer.ts';
import { linksOf, strongestLink } from './report-findings.ts';
import { Part, partStyle } from '../../ui/view-part.ts';

/** Which unit this is, and what it goes with most. */
export class HeadlinePart extends Part {
  static override styles = [
    ...partStyle,
    css`
      section {
        border-top: 0;
      }
      h3 {
        font-size: 13px;
        margin: 0;
      }
      .chip {
        height: 20px;
        padding: 0 5px;
      }
    `,
  ];

  override render() {
    const { store, side } = this;
    const selection = store.selection.value;
    if (!selection) return nothing;
    const { layer, quantity } = selection;
    const unit = side.sources.unit.value;
    const units = layerOf(store, side)?.units;
    const letter = selection.compare ? ` · ${side.letter}` : '';
    if (unit < 0)
      return html`<section>
        <h3>no match${letter}</h3>
        <p class="muted">Unit ${selection.unit} of A has no match here.</p>
      </section>`;
    return html`<section aria-label="Summary">
      <h3>
        ${layer} ${words(quantity)}
        ${unit}${letter}${units ? html`<span class="muted">of ${counted(units, 'unit')}</span>` : nothing}
      </h3>
      ${this.link()}
    </section>`;
  }

  private link() {
    const { store, side } = this;
    if (side.sources.difference) return html`<p class="muted">B less A: what has a difference is shown.</p>`;
    const strongest = strongestLink(store, side);
    if (strongest === undefined)
      return html`<p class="muted">
        ${linksOf(store, side).length ? 'nothing above chance in the findings' : 'not among the findings'}
      </p>`;
    if (strongest === null) return html`<p>no feature above chance</p>`;
    const { feature, effect, q } = strongest;
    const use = useOf(strongest);
    return html`<p>
      goes with
      <button
        class="chip"
        aria-pressed=${store.selection.value?.feature === feature ? 'true' : 'false'}
        @click=${() => store.select({ feature })}
      >
        ${short(feature)}</button
      >, effect <b class="number">${figure(effect, true)}</b>, q
      <b class="number">${chance(q)}</b>${use ? html`, ${use}` : nothing}
    </p>`;
  }
}
customElements.define('rv-unit-headline', HeadlinePart);
