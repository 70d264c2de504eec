import { css, html, nothing, type TemplateResult } from 'lit';
import {
  Missing,
  NO_TOKEN,
  NOT_PREDICTED,
  type Activity,
  type QuantityInfo,
  type TargetKind,
  type TokenText,
} from '../../data/types.ts';
import { visible } from '../../state/visible-characters.ts';
import { controls } from '../theme.ts';
import { SignalElement } from '../signal-element.ts';
import { formatCount, formatPValue, formatNumber, labelOf, truncate, spaced } from '../format.ts';
import { stepLabel } from '../../state/signal-time.ts';
import { outputValues, positionName, stepValues } from './step-values.ts';
import { findProbe } from '../../state/resolve-selection.ts';
import {
  valueOrStale,
  type Selection,
  type ComparedRecording,
  type RecordingData,
  type ViewContext,
} from '../../state/store.ts';
import { pinnedToken } from '../../state/pinned-token.ts';
import { showsStillHeld, stillHeldAt } from './still-held.ts';
import { activityOf, isLarge } from '../../state/unit-rows.ts';

const WHY_MISSING: Readonly<Record<Missing, string>> = { 0: '', 1: 'masked', 2: 'not a number', 3: '−∞', 4: '∞' };
const FEATURES_SHOWN = 8;
const CAME: Partial<Record<TargetKind, string>> = {
  next: 'next came',
  token: 'its class is',
  sequence: 'the class of the sequence is',
};

/** A value, or why there is none; neither while it is on its way. */
interface Cell {
  readonly value: number | null;
  readonly why: string | null;
}

const NO_MATCH: Cell = { value: null, why: 'no match' };

/** Details of one token: the unit's values, the next token and the prediction. */
export class TokenCard extends SignalElement {
  static override properties = {
    store: { attribute: false },
    recordings: { attribute: false },
    token: { type: Number },
    pinned: { type: Boolean },
  };
  declare store: ViewContext;
  declare recordings: readonly ComparedRecording[];
  declare token: number;
  declare pinned: boolean;

  static override styles = [
    controls,
    css`
      :host {
        display: block;
        box-sizing: border-box;
        width: max-content;
        max-width: 100%;
        background: var(--rv-panel);
        border: 1px solid var(--rv-line);
        border-radius: 4px;
        padding: 8px 10px;
        font-size: 12px;
        line-height: 18px;
        max-height: 70vh;
        overflow: hidden auto;
      }
      .head {
        display: flex;
        gap: 8px;
        align-items: baseline;
      }
      .head {
        width: 0;
        min-width: 100%;
      }
      .head b {
        font-size: 14px;
        overflow-wrap: anywhere;
        max-height: 6lh;
        overflow: hidden auto;
      }
      .head .number {
        flex: none;
      }
      .label {
        width: 0;
        min-width: 100%;
        overflow-wrap: anywhere;
      }
      p {
        overflow-wrap: anywhere;
      }
      .head button {
        margin-left: auto;
        border: 0;
        padding: 0 4px;
        height: 18px;
      }
      .sides {
        display: flex;
        gap: 16px;
        flex-wrap: wrap;
      }
      .side {
        min-width: 190px;
        max-width: 280px;
        flex: 1;
      }
      .many .side {
        min-width: 150px;
        max-width: 190px;
      }
      .name {
        color: var(--rv-muted);
      }
      table {
        border-collapse: collapse;
        width: 100%;
      }
      td {
        padding: 0;
        white-space: nowrap;
      }
      td:first-child {
        padding: 1px 8px 1px 0;
        max-width: 120px;
        overflow: hidden;
        text-overflow: ellipsis;
        line-height: 16px;
      }
      td.bar {
        width: 84px;
      }
      td.value {
        text-align: right;
        padding-left: 8px;
        font-variant-numeric: tabular-nums;
      }
      tr.chosen td {
        font-weight: 500;
      }
      .track {
        position: relative;
        height: 8px;
        background: var(--rv-hover);
      }
      .track i {
        position: absolute;
        top: 0;
        bottom: 0;
        background: var(--rv-bar);
      }
      .zero {
        position: absolute;
        top: -1px;
        bottom: -1px;
        width: 1px;
        left: 50%;
        background: var(--rv-muted);
      }
      .gates {
        display: flex;
        gap: 10px;
        margin-top: 4px;
      }
      .gate {
        display: grid;
        justify-items: center;
        line-height: 14px;
        font-size: 11px;
        text-align: center;
      }
      .gate .value {
        font-variant-numeric: tabular-nums;
      }
      .upright {
        position: relative;
        width: 14px;
        height: 28px;
        background: var(--rv-hover);
      }
      .upright i {
        position: absolute;
        bottom: 0;
        left: 0;
        right: 0;
        background: var(--rv-bar);
      }
      p {
        margin: 4px 0 2px;
      }
      q {
        quotes: '“' '”';
      }
    `,
  ];

  override render() {
    const selection = this.store.selection.value;
    const text = valueOrStale(this.recordings[0].data.text.value);
    if (!selection || !text || this.token >= text.tokens.length) return nothing;
    const word = text.table[text.tokens[this.token]];
    const time = stepLabel(text, this.token);
    const queryResult = valueOrStale(this.recordings[0].data.queryResult.value);
    const typed: [string, Uint8Array][] = queryResult?.mask ? [[queryResult.name, queryResult.mask]] : [];
    const matches = [...typed, ...text.masks].filter(([, mask]) => mask[this.token]).map(([name]) => truncate(name));
    const label = labelOf(text, this.token);
    return html`
      <div class="head">
        <b>${time ?? visible(word)}</b
        ><span class="muted number"
          >${positionName(text, this.token)}${this.token < givenTo(text) ? ', given' : ''}</span
        >
        ${
          this.pinned
            ? html`<button
                title="Release (Esc)"
                aria-label="Release"
                @click=${() => this.dispatchEvent(new Event('rv-release'))}
              >
                ✕
              </button>`
            : nothing
        }
      </div>
      ${label ? html`<div class="label">${label}</div>` : nothing}
      ${
        matches.length
          ? html`<div class="muted">
              matches
              ${matches.slice(0, FEATURES_SHOWN).join(', ')}${
                matches.length > FEATURES_SHOWN ? ` and ${matches.length - FEATURES_SHOWN} more` : ''
              }
            </div>`
          : nothing
      }
      ${stepValues(text, this.token)}
      <div class="sides ${this.recordings.length > 2 ? 'many' : ''}">
        ${this.recordings.map((recording) => this.recording(recording, selection))}
      </div>
    `;
  }

  private recording(recording: ComparedRecording, selection: Selection): TemplateResult {
    const { label, data } = recording;
    const text = valueOrStale(data.text.value);
    const all = this.quantities(data, selection);
    const others = all.filter(({ quantity }) => quantity !== selection.quantity);
    // Of a large recording every quantity is a request of its own.
    const read = this.pinned || !isLarge(this.store, data) ? others : [];
    const selectedActivity = all.find(({ quantity }) => quantity === selection.quantity);
    return html`<div class="side">
      ${this.recordings.length > 1 ? html`<div class="name">${label}</div>` : nothing}
      <table aria-label="Unit ${data.unit.value}">
        ${
          selectedActivity
            ? [data.unit.value, ...data.units.value].map((unit, i) =>
                this.chosen(selectedActivity, data, selection, unit, i === 0),
              )
            : nothing
        }
        ${this.stillHeld(recording)}
        ${read.filter(({ role }) => !role).map((info) => this.other(info, data, selection))}
      </table>
      ${this.gates(
        read.filter(({ role }) => role),
        data,
      )}
      ${read.length < others.length ? html`<div class="name">Click the token for its other quantities.</div>` : nothing}
      ${
        text && !data.difference && this.token < text.tokens.length
          ? html`${outputValues(text, this.token)}${this.kind(text)}${this.prediction(text)}`
          : nothing
      }
    </div>`;
  }

  private quantities(sources: RecordingData, { layer }: Selection): readonly QuantityInfo[] {
    const [index, ref] = [valueOrStale(this.store.index.value), sources.ref.value];
    if (!index || !ref) return [];
    return findProbe(index, ref.run, ref.probe)?.layers.find((info) => info.layer === layer)?.quantities ?? [];
  }

  /** The chosen unit, or a further one, in the chosen quantity. */
  private chosen(
    info: QuantityInfo,
    sources: RecordingData,
    selection: Selection,
    unit: number,
    first: boolean,
  ): TemplateResult {
    const cell = unit < 0 ? NO_MATCH : this.cell(valueOrStale(activityOf(this.store, sources, unit)), unit);
    return this.row(
      first
        ? html`${spaced(info.quantity)} ${unit < 0 ? nothing : unit}`
        : html`unit ${unit < 0 ? 'without match' : unit}`,
      info,
      cell,
      sources,
      selection,
      first,
    );
  }

  /** Part of the token in the state at the pinned one. */
  private stillHeld(recording: ComparedRecording) {
    const pinned = pinnedToken(this.store);
    if (pinned === null || !showsStillHeld(this.store)) return nothing;
    const contributions = valueOrStale(stillHeldAt(this.store, recording, pinned));
    const part = contributions?.values[this.token] ?? NaN;
    if (!contributions || Number.isNaN(part)) return nothing;
    const largest = Math.abs(contributions.values[contributions.strongest]) || 1;
    return html`<tr>
      <td>still held at ${formatCount(pinned)}</td>
      <td class="bar">${signedBar(part / largest)}</td>
      <td class="value">${formatNumber(part, true)}</td>
    </tr>`;
  }

  private other(info: QuantityInfo, sources: RecordingData, selection: Selection): TemplateResult {
    return this.row(spaced(info.quantity), info, this.otherCell(info, sources), sources, selection, false);
  }

  private row(
    name: unknown,
    { quantity, role }: QuantityInfo,
    { value, why }: Cell,
    sources: RecordingData,
    selection: Selection,
    first: boolean,
  ): TemplateResult {
    const limit = sources.digest.value?.ranges[selection.layer]?.[quantity]?.limit || 1;
    const unsigned = role && !sources.difference;
    return html`<tr class=${first ? 'chosen' : ''}>
      <td>${name}</td>
      <td class="bar">
        ${value === null || why ? nothing : unsigned ? bar(value) : signedBar(value / (role ? 1 : limit))}
      </td>
      <td class="value">${why ?? (value === null ? '…' : formatNumber(value, !unsigned))}</td>
    </tr>`;
  }

  /** Small bars beside each other, one a gate. */
  private gates(gates: readonly QuantityInfo[], sources: RecordingData) {
    if (!gates.length || sources.unit.value < 0) return nothing;
    return html`<div class="gates" role="group" aria-label="Gates">
      ${gates.map((info) => {
        const { value, why } = this.otherCell(info, sources);
        const share = value === null || why ? 0 : Math.min(1, Math.abs(value));
        return html`<div class="gate">
          <span class="upright"><i style=${`height:${percent(share)}`}></i></span>
          <span class="value">${why ?? (value === null ? '…' : formatNumber(value, sources.difference))}</span
          ><span class="name">${spaced(info.quantity)}</span>
        </div>`;
      })}
    </div>`;
  }

  private otherCell({ quantity }: QuantityInfo, sources: RecordingData): Cell {
    const unit = sources.unit.value;
    return unit < 0 ? NO_MATCH : this.cell(valueOrStale<Activity>(sources.unitOf(quantity).value), unit);
  }

  private cell(activity: Activity | null, unit: number): Cell {
    const matrix = activity?.matrix;
    if (!matrix || unit >= matrix.rows || this.token >= matrix.columns) return { value: null, why: null };
    const value = matrix.row(unit)[this.token];
    return { value, why: Number.isNaN(value) ? WHY_MISSING[matrix.missing(unit, this.token)] || 'not a number' : null };
  }

  /** Error category of the prediction of this token. */
  private kind({ errors, errorNames, surprisal }: TokenText) {
    const kind = errors?.[this.token] ?? NOT_PREDICTED;
    const nats = surprisal?.[this.token] ?? NaN;
    const isErrorKind = kind !== NOT_PREDICTED && errorNames[kind] !== undefined;
    if (!isErrorKind && Number.isNaN(nats)) return nothing;
    const text = kind === 0 ? html`predicted <b>correctly</b>` : html`an error of the kind <b>${errorNames[kind]}</b>`;
    return html`<p>
      ${isErrorKind ? text : nothing}${
        Number.isNaN(nats)
          ? nothing
          : html`${isErrorKind ? ' · ' : ''}surprise <b class="number">${formatNumber(nats)}</b> nats`
      }
    </p>`;
  }

  private prediction(text: TokenText): TemplateResult | typeof nothing {
    const { probability, target, expected, expectedProbability, expectedCount, table } = text;
    const next = target?.[this.token] ?? NO_TOKEN;
    const isPrompt = this.token + 1 < givenTo(text);
    const p = probability?.[this.token] ?? NaN;
    const came =
      next !== NO_TOKEN
        ? html`<p>
            ${CAME[text.targetKind]} <b><q>${visible(table[next])}</q></b
            >${
              isPrompt
                ? ', given'
                : Number.isNaN(p)
                  ? nothing
                  : html` with probability <b class="number">${formatPValue(p)}</b>`
            }
          </p>`
        : nothing;
    if (!expected || !expectedProbability || !expectedCount) return came;
    const ids = [...expected.subarray(this.token * expectedCount, (this.token + 1) * expectedCount)];
    if (ids.every((id) => id === NO_TOKEN)) return came;
    return html`${came}
      <div class="name">expected</div>
      <table aria-label="What the model expected">
        ${ids.map((id, k) => {
          const probable = expectedProbability[this.token * expectedCount + k];
          if (Number.isNaN(probable) || id === NO_TOKEN) return nothing;
          return html`<tr class=${id === next ? 'chosen' : ''}>
            <td>${visible(table[id])}</td>
            <td class="bar">${bar(probable)}</td>
            <td class="value">${formatPValue(probable)}</td>
          </tr>`;
        })}
      </table>`;
  }
}
customElements.define('rv-token-card', TokenCard);

/** Number of prompt tokens at the beginning of a generated text. */
const givenTo = ({ generated, promptTokens }: TokenText) => (generated ? promptTokens : 0);

const percent = (share: number) => `${(100 * Math.min(1, Math.max(0, share))).toFixed(1)}%`;

const bar = (share: number) => html`<div class="track"><i style=${`left:0;width:${percent(share)}`}></i></div>`;

function signedBar(share: number) {
  const half = Math.min(1, Math.abs(share)) / 2;
  return html`<div class="track">
    <i style=${`left:${percent(share < 0 ? 0.5 - half : 0.5)};width:${percent(half)}`}></i><span class="zero"></span>
  </div>`;
}
