import { html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatNumber } from '../../ui/format.ts';
import { loaded, Part, partStyle } from '../../ui/view-part.ts';
import { emptyPanel } from '../../ui/state-panel.ts';

/**
 * Matched unit in the other recording.
 * For one recording, the match of its units with those of the step before.
 */
export class MatchPart extends Part {
  static override styles = partStyle;

  override render() {
    const { store } = this;
    const selection = store.selection.value;
    if (!selection) return nothing;
    const body = selection.compare ? this.compared() : this.alone(selection.layer);
    return body === nothing
      ? nothing
      : html`<section aria-label="Match">
          <h3>Which unit it is</h3>
          ${body}
        </section>`;
  }

  private alone(layer: string): TemplateResult | typeof nothing {
    const { axis, digest } = this.recording.data;
    const matching = digest.value?.matching[layer];
    if (!matching || Number.isNaN(matching.quality)) return nothing;
    const { moved, quality } = matching;
    return html`<p>
      Held against the ${axis.value.singular} before, the hidden states of ${layer} correlate by
      ${formatNumber(quality)};
      ${
        moved
          ? `${formatCount(moved)} ${
              moved === 1 ? 'unit is' : 'units are'
            } matched with another one, so that a number need not mean the same unit`
          : 'every unit is still itself'
      }.
    </p>`;
  }

  private compared(): TemplateResult {
    const { store, recording } = this;
    const setting = store.option('match');
    if (setting.value !== 'matched') {
      return emptyPanel(
        `Unit ${store.selection.value!.unit} of each recording is shown: of two trainings, these are different units.`,
        'line',
        { label: 'Match units by what they do', act: () => (setting.value = 'matched') },
      );
    }
    const unit = store.selection.value!.unit;
    const others = recording.series ? [recording] : store.comparedRecordings.value.slice(1);
    return html`${others.map(({ letter, data }) =>
      loaded(data.matching.value, 'Matching units…', ({ partner, correlation, margin, signed, quality }) => {
        const other = partner[unit] ?? null;
        if (other === null) return html`<p>Unit ${unit} of A has no match in ${letter}.</p>`;
        return html`<p>
            Unit ${unit} of A is unit <b class="number">${other}</b> of ${letter}: correlation
            <b class="number">${formatNumber(correlation[unit] ?? NaN, true)}</b>${
              margin[unit] === null || margin[unit] === undefined
                ? nothing
                : html`, ahead of the next best by <b class="number">${formatNumber(margin[unit])}</b>`
            }.
          </p>
          <p class="muted">
            ${signed ? '' : 'Signs do not count between trainings. '}All units together: ${formatNumber(quality)}.
          </p>`;
      }),
    )}`;
  }
}
customElements.define('rv-unit-match', MatchPart);
