import { html, nothing, type TemplateResult } from 'lit';
import type { SequenceDecisions } from '../../data/sequence-decisions.ts';
import { formatCount } from '../../ui/format.ts';
import { percent } from '../../ui/percent.ts';
import type { ClassColors } from './class-colors.ts';
import { confusionOf } from './sequence-rows.ts';

/** Classes of which a matrix is drawn at most. */
export const MOST_CLASSES = 20;

/** Cell that is selected: a class by label, by prediction, or both. */
export interface ChosenCell {
  readonly label: number | null;
  readonly prediction: number | null;
}

/** Confusion matrix, labels in rows, whose cells select their sequences. */
export function confusionTable(
  decisions: SequenceDecisions,
  colors: ClassColors,
  chosen: ChosenCell,
  choose: (cell: ChosenCell) => void,
): TemplateResult {
  const { classes } = decisions;
  const counts = confusionOf(decisions);
  const size = classes.length;
  const totals = classes.map((_, row) => counts.slice(row * size, (row + 1) * size).reduce((a, b) => a + b, 0));
  const most = Math.max(1, ...counts);
  const cell = (row: number, column: number) => {
    const count = counts[row * size + column];
    const isChosen = chosen.label === row && chosen.prediction === column;
    const share = totals[row] ? `, ${percent(count / totals[row])} of them` : '';
    const shade = `background:color-mix(in srgb, var(--rv-bar) ${Math.round((45 * count) / most)}%, transparent)`;
    return html`<td class=${row === column ? 'right' : ''}>
      <button
        aria-pressed=${isChosen}
        style=${shade}
        title="${classes[row]}, predicted as ${classes[column]}: ${formatCount(count)}${share}"
        data-cell="${row} ${column}"
        @click=${() => choose(isChosen ? { label: null, prediction: null } : { label: row, prediction: column })}
      >
        ${formatCount(count)}
      </button>
    </td>`;
  };
  return html`<table class="confusion" aria-label="Confusion matrix: labels in rows, predictions in columns">
    <thead>
      <tr>
        <td class="muted">label ↓ prediction →</td>
        ${classes.map((name, column) => head(name, colors.solid(column)))}
        <th scope="col">total</th>
        <th scope="col">right</th>
      </tr>
    </thead>
    <tbody>
      ${classes.map(
        (name, row) =>
          html`<tr>
            ${head(name, colors.solid(row), 'row')} ${classes.map((_, column) => cell(row, column))}
            <td class="number">${formatCount(totals[row])}</td>
            <td class="number">${totals[row] ? percent(counts[row * size + row] / totals[row]) : '–'}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

const head = (name: string, color: string, scope = 'col') =>
  html`<th scope=${scope} title=${name}><i style="background:${color}"></i>${name || nothing}</th>`;
