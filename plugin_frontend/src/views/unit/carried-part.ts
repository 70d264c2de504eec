import { css, html, nothing } from 'lit';
import type { ExplainedPrediction } from '../../data/explanations.ts';
import { findProbe } from '../../state/resolve-selection.ts';
import { valueOrStale } from '../../state/store.ts';
import { visible } from '../../state/visible-characters.ts';
import { formatNumber } from '../../ui/format.ts';
import { Part, partStyle } from '../../ui/view-part.ts';

/** Predictions that are listed. */
const LISTED = 8;

/** Explained predictions that the unit carried; a press opens one in the view Why. */
export class CarriedPart extends Part {
  static override styles = [
    ...partStyle,
    css`
      div {
        display: flex;
        flex-wrap: wrap;
        gap: 4px;
      }
    `,
  ];

  override render() {
    const { store, recording } = this;
    const { data } = recording;
    const [index, ref, selection] = [valueOrStale(store.index.value), data.ref.value, store.selection.value];
    const probe = index && ref && findProbe(index, ref.run, ref.probe);
    if (!probe || !selection || data.difference || !probe.explained?.includes(ref.step)) return nothing;
    const explanations = valueOrStale(data.explanations.value);
    const unit = data.unit.value;
    const carried = (explanations?.predictions ?? []).flatMap((one) => {
      const part = one.units.get(selection.layer)?.find((each) => each.unit === unit);
      return part ? [{ one, value: part.value }] : [];
    });
    if (!carried.length) return nothing;
    carried.sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
    return html`<section aria-label="Predictions it carried">
      <h3>
        Predictions it carried
        <span class="muted">gradient × activity, of ${explanations!.predictions.length} that are explained</span>
      </h3>
      <div>
        ${carried
          .slice(0, LISTED)
          .map(
            ({ one, value }) =>
              html`<button title="Show in the view Why what moved it" @click=${() => this.open(one)}>
                → ${visible(one.explained)} <span class="muted number">${formatNumber(value, true)}</span>
              </button>`,
          )}
      </div>
    </section>`;
  }

  private open({ sequence, step }: ExplainedPrediction): void {
    this.store.option('why').value = `${sequence}:${step}`;
    const detail = { do: 'front', view: 'why' };
    this.dispatchEvent(new CustomEvent('rv-panel', { detail, bubbles: true, composed: true }));
  }
}
customElements.define('rv-unit-carried', CarriedPart);
