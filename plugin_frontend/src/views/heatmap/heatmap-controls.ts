import { css, html, nothing, type TemplateResult } from 'lit';
import { backButton } from '../../ui/back-button.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import type { Factor } from '../../ui/draw/heatmap-zoom.ts';
import { option } from '../../ui/field.ts';
import { truncate } from '../../ui/format.ts';
import type { HeatmapOptions } from './heatmap-options.ts';
import { featureName } from '../../ui/feature-name.ts';
import { type Wording } from '../../state/wording.ts';

const STEP = 1.5;

export interface Controls {
  readonly options: HeatmapOptions;
  readonly feature: string;
  readonly unit: number;
  readonly zoomed: boolean;
  readonly statistics: readonly string[];
  /** Features that have bars. */
  readonly features: readonly string[];
  /** Reason for which units cannot be ordered by similarity; null if they can. */
  readonly whyNotSimilar: string | null;
  readonly notes: readonly string[];
  readonly wording: Wording;
  change(options: Partial<HeatmapOptions>): void;
  zoom(factor: Factor): void;
  /**
   * Scrolls back to the columns before a finding was chosen.
   * Null if they were not scrolled.
   */
  readonly goBack: (() => void) | null;
}

export const controlStyle = css`
  select {
    max-width: 150px;
  }
  .features {
    width: 112px;
  }
  .legend,
  .limits {
    display: inline-flex;
    align-items: center;
    gap: 12px;
  }
  .note {
    color: var(--rv-muted);
  }
`;

const valueOf = (event: Event) => (event.target as HTMLSelectElement).value;

export function heatmapControls(controls: Controls): TemplateResult {
  const { options, feature, unit, statistics, notes, whyNotSimilar, change, wording } = controls;
  const { columns, order, rows, statistic, by, gates } = options;
  return html`
    <span class="segments" role="group" aria-label="Columns">
      ${toggleButton(
        columns === 'matches',
        `Matches of ${truncate(featureName(feature), 24)}`,
        wording('Only the tokens where the feature matches'),
        () => change({ columns: 'matches' }),
      )}
      ${toggleButton(columns === 'all', wording('All tokens'), wording('Every token in its order'), () =>
        change({ columns: 'all' }),
      )}
    </span>
    <label
      title=${
        'The order of the units under the suggested ones. ' +
        wording('By similarity: units whose activity goes together over all tokens stand together')
      }
      >Units
      <select @change=${(event: Event) => change({ order: valueOf(event) as HeatmapOptions['order'] })}>
        ${option('number', 'by number', order === 'number')}
        ${option(
          'statistic',
          `by ${statistic}${by && by !== feature ? ` of ${truncate(featureName(by), 16)}` : ''}`,
          order === 'statistic',
          !statistics.length,
        )}
        ${option(
          'similarity',
          whyNotSimilar ? `by similarity · ${whyNotSimilar}` : 'by similarity',
          order === 'similarity',
          whyNotSimilar !== null,
        )}
      </select>
    </label>
    ${toggleButton(rows === 'overview', 'Overview', 'Every unit in view, as thin as need be', () =>
      change({ rows: rows === 'overview' ? 'readable' : 'overview' }),
    )}
    ${toggleButton(
      gates,
      `Gates of unit ${unit}`,
      'Every gate and state of the chosen unit over the units, each on limits of its own',
      () => change({ gates: !gates }),
    )}
    ${zoomControls(controls)} ${backButton('heatmap', controls.goBack)}
    ${statistics.length ? barControls(controls) : nothing}
    ${notes.map((note) => html`<span class="note" role="status">${wording(note)}</span>`)}
  `;
}

function zoomControls({ zoomed, zoom }: Controls): TemplateResult {
  return html` <span class="segments" role="group" aria-label="Width of the columns">
      <button title="Narrower columns (<, or Ctrl and the wheel)" @click=${() => zoom({ x: 1 / STEP, y: 1 })}>−</button>
      <button title="Wider columns (>, or Ctrl and the wheel)" @click=${() => zoom({ x: STEP, y: 1 })}>+</button>
    </span>
    <span class="segments" role="group" aria-label="Height of the rows">
      <button
        title="Lower rows ([, or Ctrl and the wheel)"
        aria-label="Lower rows"
        @click=${() => zoom({ x: 1, y: 1 / STEP })}
      >
        ↕−
      </button>
      <button
        title="Taller rows (], or Ctrl and the wheel)"
        aria-label="Taller rows"
        @click=${() => zoom({ x: 1, y: STEP })}
      >
        ↕+
      </button>
      <button title="Reset the zoom (0)" ?disabled=${!zoomed} @click=${() => zoom({ x: 0, y: 0 })}>Fit</button>
    </span>`;
}

/**
 * Controls of the bars: the statistic and its features.
 * A feature chosen a second time loses its bars.
 */
function barControls({ options, feature, features, statistics, change }: Controls): TemplateResult {
  const others = features.filter((name) => name !== feature);
  const further = options.features.filter((name) => name !== feature);
  const toggle = (name: string) =>
    change({
      features: further.includes(name) ? further.filter((one) => one !== name) : [...further, name],
    });
  return html`<span class="push segments-apart">
    <label
      >Bars
      <select @change=${(event: Event) => change({ statistic: valueOf(event) })}>
        ${statistics.map((name) => option(name, name, options.statistic === name))}
      </select>
    </label>
    ${
      others.length
        ? html`<select
            class="features"
            aria-label="Show or hide the bars of a feature"
            title="Bars of further features; choose one again to hide it"
            @change=${(event: Event) => toggle(valueOf(event))}
          >
            ${option('', further.length ? `of ${1 + further.length} features` : 'of one feature', true)}
            ${others.map((name) => option(name, `${further.includes(name) ? '✓ ' : ''}${featureName(name)}`, false))}
          </select>`
        : nothing
    }
  </span>`;
}
