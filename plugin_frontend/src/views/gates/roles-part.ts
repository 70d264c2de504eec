import { css, html, nothing, type TemplateResult } from 'lit';
import { formatCount, formatNumber, spaced } from '../../ui/format.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import { partStyle } from '../../ui/view-part.ts';
import { percent } from '../../ui/percent.ts';
import { median, type Gate } from './gates-model.ts';
import { GatesPart, stepOf } from './gates-part.ts';
import { wordingOf } from '../../state/wording.ts';

/** Gates of all layers by their roles, so that different cells can be compared. */
export class RolesPart extends GatesPart {
  static override styles = [
    ...partStyle,
    css`
      .room {
        overflow-x: auto;
      }
      table {
        border-collapse: collapse;
        white-space: nowrap;
      }
      th {
        font-weight: 400;
        color: var(--rv-muted);
        text-align: right;
        padding: 1px 0 1px 16px;
      }
      td {
        text-align: right;
        padding: 1px 0 1px 16px;
        font-variant-numeric: tabular-nums;
      }
      td:first-child,
      th:first-child,
      .word {
        text-align: left;
        padding-left: 0;
      }
      .word {
        padding-left: 12px;
      }
      tr.first td {
        border-top: 1px solid var(--rv-line);
      }
      td button {
        height: 20px;
        padding: 0 5px;
      }
    `,
  ];

  override render() {
    const gates = this.gates(true);
    if (!gates.length) return nothing;
    const signed = this.recording.data.difference;
    const wording = wordingOf(this.store);
    return html`<section aria-label="Roles">
      <h3>What gates do in each layer <span class="muted">${signed ? 'change of ' : ''}medians over units</span></h3>
      <div class="room">
        <table>
          <thead>
            <tr>
              <th>layer</th>
              <th class="word">gate</th>
              <th class="word">role</th>
              ${this.columns(
                ({ letter }) =>
                  html`<th title=${wording('left-saturated: share of tokens below 0.1')}>shut${letter}</th>
                    <th title=${wording('right-saturated: share of tokens above 0.9')}>open${letter}</th>
                    <th title=${wording('tokens that the retain gate permits')}>memory by gate${letter}</th>
                    <th title=${wording('tokens in which the state’s autocorrelation falls')}>by state${letter}</th>`,
              )}
            </tr>
          </thead>
          <tbody>
            ${gates.map((gate, i) => this.row(gate, gates[i - 1]?.layer !== gate.layer, signed))}
          </tbody>
        </table>
      </div>
    </section>`;
  }

  /** Of each recording; their letters where there are several. */
  private columns(draw: (one: { readonly recording: ComparedRecording; readonly letter: string }) => TemplateResult) {
    return [this.recording, ...this.over].map((recording) =>
      draw({ recording, letter: this.over.length ? ` ${recording.letter}` : '' }),
    );
  }

  private numbers({ layer, quantity }: Gate, recording: ComparedRecording, signed: boolean): TemplateResult {
    const { data } = recording;
    const series = data.statistics('saturation', layer, quantity).value;
    const values = valueOrStale(series);
    const share = (row: string) =>
      values ? percent(median(values.get(stepOf(recording), row)), signed) : series.state === 'loading' ? '…' : '–';
    const memory = signed ? undefined : data.digest.value?.memory[layer];
    const tokens = (value: number | null) =>
      memory?.quantity === quantity && value !== null ? formatNumber(value) : '';
    return html`<td>${share('left')}</td>
      <td>${share('right')}</td>
      <td>${tokens(memory?.gate ?? null)}</td>
      <td>${tokens(memory?.autocorrelation ?? null)}</td>`;
  }

  private row(gate: Gate, first: boolean, signed: boolean): TemplateResult {
    const { store } = this;
    const { layer, cell, quantity, role, units } = gate;
    const isSelected = store.selection.value?.layer === layer && store.selection.value.quantity === quantity;
    return html`<tr class=${first ? 'first' : ''}>
      <td>
        ${
          first
            ? html`${layer} <span class="muted">${cell.replace(/Cell$/, '')}, ${formatCount(units)}</span>`
            : nothing
        }
      </td>
      <td class="word">
        <button
          data-figure
          aria-pressed=${isSelected ? 'true' : 'false'}
          title="Choose ${spaced(quantity)} of ${layer}"
          @click=${() => store.select({ layer, quantity })}
        >
          ${spaced(quantity)}
        </button>
      </td>
      <td class="word">${role}</td>
      ${this.columns(({ recording }) => this.numbers(gate, recording, signed))}
    </tr>`;
  }
}
customElements.define('rv-gates-roles', RolesPart);
