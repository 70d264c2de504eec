import { css, html, type TemplateResult } from 'lit';
import type { FirstNan, TokenText } from '../data/types.ts';
import { visible } from '../state/visible-characters.ts';
import type { AxisWords } from '../state/axis.ts';
import { capital, truncate, tokenName, spaced } from '../ui/format.ts';

export const firstNanStyle = css`
  .warning {
    padding: 0 10px;
    border-bottom: 1px solid var(--rv-line);
    background: var(--rv-panel);
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .warning .there {
    flex: 1 1 0;
    border: 0;
    padding: 5px 0;
    height: auto;
    text-align: left;
    white-space: normal;
    overflow-wrap: anywhere;
    color: var(--rv-error);
  }
  .warning .there:hover {
    text-decoration: underline;
    background: none;
  }
`;

/** First step with activity at or after the step of the first NaN; null if none. */
export const firstRecorded = (recordedSteps: readonly number[], step: number): number | null =>
  recordedSteps.find((one) => one >= step) ?? null;

export function firstNanSentence(
  { step, layer, quantity, unit, token, text }: FirstNan,
  axis: AxisWords,
  recordedSteps: readonly number[],
  read: TokenText | null,
): string {
  const where = read && token < read.tokens.length ? tokenName(read, token) : `token ${token}`;
  const position = `${axis.name(step)}, ${layer} ${spaced(quantity)}, unit ${unit}, ${where}`;
  const sentence = `First value that is not a number: ${position} “${visible(truncate(text))}”.`;
  const next = firstRecorded(recordedSteps, step);
  if (next === step) return sentence;
  return `${sentence} ${capital(axis.name(step))} holds no activity${
    next === null ? '' : `; the next that does is ${axis.name(next)}`
  }.`;
}

/** A line that warns, and takes there whoever presses it. */
export const firstNanLine = (sentence: string, go: () => void, close: () => void): TemplateResult =>
  html`<div class="warning" role="alert">
    <button class="there" title="Show this unit at this token" @click=${go}>⚠ ${sentence}</button>
    <button @click=${close}>Close</button>
  </div>`;
