import { css, html, nothing } from 'lit';
import { formatPValue, pluralize, formatNumber, truncate, spaced } from '../../ui/format.ts';
import { useOf } from '../../state/finding-context.ts';
import { layerOf } from '../../ui/chosen-layer.ts';
import { findingsOfUnit, strongestFinding } from './report-findings.ts';
import { Part, partStyle } from '../../ui/view-part.ts';

/** Name of the unit and its strongest finding. */
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
    const { store, recording } = this;
    const selection = store.selection.value;
    if (!selection) return nothing;
    const { layer, quantity } = selection;
    const unit = recording.data.unit.value;
    const units = layerOf(store, recording)?.units;
    const letter = selection.compare ? ` · ${recording.letter}` : '';
    if (unit < 0)
      return html`<section>
        <h3>no match${letter}</h3>
        <p class="muted">Unit ${selection.unit} of A has no match here.</p>
      </section>`;
    return html`<section aria-label="Summary">
      <h3>
        ${layer} ${spaced(quantity)}
        ${unit}${letter}${units ? html`<span class="muted">of ${pluralize(units, 'unit')}</span>` : nothing}
      </h3>
      ${this.link()}
    </section>`;
  }

  private link() {
    const { store, recording } = this;
    if (recording.data.difference) return html`<p class="muted">B less A: what has a difference is shown.</p>`;
    const strongest = strongestFinding(store, recording);
    if (strongest === undefined)
      return html`<p class="muted">
        ${findingsOfUnit(store, recording).length ? 'nothing above chance in the findings' : 'not among the findings'}
      </p>`;
    if (strongest === null) return html`<p>no feature above chance</p>`;
    const { feature, effect, q } = strongest;
    const use = useOf(strongest);
    return html`<p>
      associated with
      <button
        data-figure
        class="chip"
        aria-pressed=${store.selection.value?.feature === feature ? 'true' : 'false'}
        @click=${() => store.select({ feature })}
      >
        ${truncate(feature)}</button
      >, effect <b class="number">${formatNumber(effect, true)}</b>, q
      <b class="number">${formatPValue(q)}</b>${use ? html`, ${use}` : nothing}
    </p>`;
  }
}
customElements.define('rv-unit-headline', HeadlinePart);
