import { html, nothing, type TemplateResult } from 'lit';
import { option } from '../../elements/field.ts';
import { short } from '../../elements/words.ts';
import type { HeatmapOptions, Side } from './heatmap-options.ts';

const SIDES: readonly [Side, string, string][] = [
  ['a', 'A', 'Recording A'],
  ['b', 'B', 'Recording B'],
  ['difference', 'B − A', 'B minus A, cell by cell'],
];
const STEP = 1.5;

export interface Controls {
  readonly options: HeatmapOptions;
  readonly feature: string;
  readonly compares: boolean;
  readonly zoomed: boolean;
  readonly statistics: readonly string[];
  readonly note: string | null;
  change(options: Partial<HeatmapOptions>): void;
  /** By this factor; 0 shows everything. */
  zoom(factor: number): void;
}

const chosen = (event: Event) => (event.target as HTMLSelectElement).value;

export function pressed(on: boolean, label: unknown, title: string, click: () => void): TemplateResult {
  return html`<button aria-pressed=${on} title=${title} @click=${click}>${label}</button>`;
}

export function sides(side: Side, choose: (side: Side) => void): TemplateResult {
  return html`<span class="segments" role="group" aria-label="Which recording">
    ${SIDES.map(([value, label, title]) => pressed(side === value, label, title, () => choose(value)))}
  </span>`;
}

export function heatmapControls({ options, feature, compares, zoomed, statistics, note, change, zoom }: Controls): TemplateResult {
  return html`
    <h2>Heatmap</h2>
    <span class="segments" role="group" aria-label="Columns">
      ${pressed(options.columns === 'matches', `Matches of ${short(feature, 24)}`, 'Only the tokens where the feature matches', () => change({ columns: 'matches' }))}
      ${pressed(options.columns === 'all', 'All tokens', 'Every token in its order', () => change({ columns: 'all' }))}
    </span>
    ${compares ? sides(options.side, (side) => change({ side })) : nothing}
    <label>Units
      <select @change=${(event: Event) => change({ order: chosen(event) as HeatmapOptions['order'] })}>
        ${option('number', 'by number', options.order === 'number')}
        ${option('statistic', `by ${options.statistic}`, options.order === 'statistic')}
      </select>
    </label>
    ${pressed(options.rows === 'overview', 'Overview', 'As many units in view as there are pixels', () =>
      change({ rows: options.rows === 'overview' ? 'readable' : 'overview' }))}
    <span class="segments" role="group" aria-label="Width of the columns">
      <button title="Narrower columns (−, or Ctrl and the wheel)" ?disabled=${!zoomed} @click=${() => zoom(1 / STEP)}>−</button>
      <button title="Wider columns (+, or Ctrl and the wheel)" @click=${() => zoom(STEP)}>+</button>
      <button title="All columns in view (0)" ?disabled=${!zoomed} @click=${() => zoom(0)}>Fit</button>
    </span>
    ${statistics.length
      ? html`<label class="push">Bars
          <select @change=${(event: Event) => change({ statistic: chosen(event) })}>
            ${statistics.map((name) => option(name, name, options.statistic === name))}
          </select>
        </label>`
      : nothing}
    ${note ? html`<span class="note">${note}</span>` : nothing}
  `;
}
