import { html, nothing, type TemplateResult } from 'lit';
import { MOST, type Contributions } from '../../data/still-held.ts';
import { findProbe } from '../../state/resolve-selection.ts';
import { contributionsAt, gatedQuantities, type GatedQuantities } from '../../state/still-held.ts';
import { valueOrStale, type ComparedRecording, type Loadable, type ViewContext } from '../../state/store.ts';
import { visible } from '../../state/visible-characters.ts';
import { formatCount, formatNumber, pluralize, spaced, truncate } from '../format.ts';
import { pinnedToken } from '../../state/pinned-token.ts';

/** Share of the magnitudes above which what rounding left is mentioned. */
const NOTABLE = 0.02;

/** True if tokens are to be coloured by what the unit still holds of them. */
export const showsStillHeld = (store: ViewContext): boolean =>
  store.option('stillheld').value === 'on' && store.option('color').value === 'activity';

/** Token at which the text shows what is still held: pinned, or under the pointer. */
export function momentOf(store: ViewContext): number | null {
  return showsStillHeld(store) ? (pinnedToken(store) ?? store.hover.value.token) : null;
}

/** Quantities that make up the chosen state of a recording, or why there are none. */
function quantitiesOf(store: ViewContext, { data }: ComparedRecording): GatedQuantities | string {
  if (data.difference) return 'A difference of two states is no such sum.';
  const [index, ref, selection] = [valueOrStale(store.index.value), data.ref.value, store.selection.value];
  if (!index || !ref || !selection) return 'No recording is chosen.';
  const layer = findProbe(index, ref.run, ref.probe)?.layers.find((info) => info.layer === selection.layer);
  return layer ? gatedQuantities(layer, selection.quantity) : `The recording has no layer ${selection.layer}.`;
}

/** Contributions to the state of the chosen unit at a token of a recording. */
export function stillHeldAt(store: ViewContext, recording: ComparedRecording, token: number): Loadable<Contributions> {
  const quantities = quantitiesOf(store, recording);
  if (typeof quantities === 'string') return { state: 'empty', why: quantities };
  return contributionsAt(recording.data, quantities, token);
}

/**
 * Largest contribution at a token over the recordings, by magnitude.
 * 1 while they are loading; null if no recording has any.
 */
export function contributionLimit(
  store: ViewContext,
  recordings: readonly ComparedRecording[],
  token: number,
): number | null {
  const all = recordings.map((recording) => stillHeldAt(store, recording, token));
  if (all.every(({ state }) => state === 'empty')) return null;
  const largest = all.map((one) => (one.state === 'ready' ? Math.abs(one.value.values[one.value.strongest]) : 0));
  return Math.max(...largest) || 1;
}

/** Button that colours tokens by what the unit still holds of them. */
export function stillHeldButton(store: ViewContext, recordings: readonly ComparedRecording[]): TemplateResult {
  const [on, color] = [store.option('stillheld'), store.option('color')];
  const isOn = showsStillHeld(store);
  const reasons = recordings.map((recording) => quantitiesOf(store, recording));
  const why = reasons.every((reason) => typeof reason === 'string') ? reasons[0] : null;
  const toggle = () => {
    on.value = isOn ? 'off' : 'on';
    color.value = 'activity';
  };
  return html`<button
    aria-pressed=${isOn}
    ?disabled=${why !== null && !isOn}
    title=${why ?? 'Colour earlier tokens by their part of the state at the token under the pointer; a click pins it'}
    @click=${toggle}
  >
    what it still holds
  </button>`;
}

/** Lines that sum up what is still held at a token, one for each recording. */
export function stillHeldSummary(
  store: ViewContext,
  recordings: readonly ComparedRecording[],
  token: number | null,
): TemplateResult | typeof nothing {
  if (!showsStillHeld(store)) return nothing;
  return html`${recordings.map(
    (recording) =>
      html`<div class="still-held number" role=${pinnedToken(store) === null ? nothing : 'status'}>
        ${recordings.length > 1 ? html`<b>${recording.letter}</b> ` : nothing}${summary(store, recording, token)}
      </div>`,
  )}`;
}

function summary(store: ViewContext, recording: ComparedRecording, token: number | null): unknown {
  if (token === null) {
    const quantities = quantitiesOf(store, recording);
    return typeof quantities === 'string'
      ? `What it still holds: ${quantities}`
      : 'What it still holds: point at a token, or click to pin it.';
  }
  const contributions = stillHeldAt(store, recording, token);
  if (contributions.state === 'empty') return `What it still holds: ${contributions.why}`;
  if (contributions.state === 'failed') return `What it still holds: ${contributions.message}`;
  if (contributions.state === 'loading') return 'What it still holds: reading the gates…';
  const { state, count, recent, strongest, values } = contributions.value;
  const part = formatNumber(values[strongest], true);
  return html`${spaced(store.selection.value!.quantity)} at ${formatCount(token)}: <b>${formatNumber(state, true)}</b> =
    sum of ${pluralize(count, 'token')};
    <span title="Of the sum of the magnitudes: contributions of both signs cancel">${100 * MOST} %</span> comes from the
    last ${formatCount(recent)}; most from “${tokenText(recording, strongest)}” at ${formatCount(strongest)}:
    ${part}${rounding(contributions.value)}`;
}

function tokenText({ data }: ComparedRecording, token: number): string {
  const text = valueOrStale(data.text.value);
  return text ? truncate(visible(text.table[text.tokens[token]]), 16) : '';
}

/** Part of the sum that rounding in the log left, where it matters. */
function rounding({ values, rest }: Contributions): unknown {
  const size = values.reduce((sum, value) => sum + (Number.isNaN(value) ? 0 : Math.abs(value)), 0);
  const share = Math.abs(rest) / size;
  if (!(share > NOTABLE)) return nothing;
  return html` ·
    <span title='The gates in the log are rounded to 8 bits; record with encoding="float16" to look closer'
      >${formatNumber(rest, true)} by rounding, distributed in proportion</span
    >`;
}
