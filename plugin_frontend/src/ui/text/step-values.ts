import { html, nothing, type TemplateResult } from 'lit';
import { sequenceAt } from '../../data/sequences.ts';
import type { TokenText } from '../../data/types.ts';
import { formatCount, formatNumber, tokenPosition, truncate } from '../format.ts';

/** Rows of a table at most; the rest is counted. */
const MOST = 16;
/** The same of outputs, which are many in a forecast by horizon. */
const MOST_OUTPUTS = 6;

/** `token 12 of sequence 3`, or `step 12` of a signal. */
export function positionName({ signal, lengths }: Pick<TokenText, 'signal' | 'lengths'>, token: number): string {
  if (!signal) return tokenPosition({ lengths, labels: null }, token);
  const [sequence, position] = sequenceAt(lengths, token);
  return `step ${formatCount(position)}${lengths.length > 1 ? ` of sequence ${sequence}` : ''}`;
}

/** Values of the channels and columns at a step, if the text has any. */
export function stepValues({ signal, columns }: TokenText, token: number): TemplateResult | typeof nothing {
  const width = signal?.channels.length ?? 0;
  const rows = [
    ...(signal?.channels ?? []).map((name, i) => [name, valueName(signal!.values[token * width + i])]),
    ...[...columns].map(([name, { values, isBoolean }]) => [
      name,
      isBoolean ? (values[token] ? 'yes' : 'no') : valueName(values[token]),
    ]),
  ];
  if (!rows.length) return nothing;
  return html`<table aria-label="Values of the step">
      ${rows.slice(0, MOST).map(([name, value]) => row(name, value))}
    </table>
    ${rows.length > MOST ? html`<div class="name">and ${rows.length - MOST} more</div>` : nothing}`;
}

/** Numbers that the model gives at a step, beside their targets. */
export function outputValues({ outputs }: TokenText, token: number): TemplateResult | typeof nothing {
  if (!outputs) return nothing;
  const { names, count, values, targets } = outputs;
  const at = (array: Float32Array, i: number) => valueName(array[token * count + i]);
  return html`<div class="name">output${targets ? ' · target' : ''}</div>
    <table aria-label="Output of the model">
      ${names
        .slice(0, MOST_OUTPUTS)
        .map((name, i) => row(name, targets ? `${at(values, i)} · ${at(targets, i)}` : at(values, i)))}
    </table>
    ${count > MOST_OUTPUTS ? html`<div class="name">and ${count - MOST_OUTPUTS} more</div>` : nothing}`;
}

const valueName = (value: number) => (Number.isNaN(value) ? 'missing' : formatNumber(value, true));

const row = (name: string, value: string) =>
  html`<tr>
    <td>${truncate(name, 24)}</td>
    <td class="value">${value}</td>
  </tr>`;
