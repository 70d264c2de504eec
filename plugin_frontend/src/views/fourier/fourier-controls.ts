import { html, nothing, type TemplateResult } from 'lit';
import { bandFrom, periods } from '../../ui/draw/spectrum.ts';
import { HOME } from '../../ui/draw/camera.ts';
import { option } from '../../ui/field.ts';
import { toggleButton } from '../../ui/toggle-button.ts';
import type { FourierOptions } from './fourier-options.ts';
import { type Wording } from '../../state/wording.ts';

export interface Controls {
  readonly wording: Wording;
  readonly options: FourierOptions;
  /** Reason for which no surface can be drawn; null if it can. */
  readonly flatBecause: string | null;
  /** Name of the steps, in the plural. */
  readonly steps: string;
  change(options: Partial<FourierOptions>): void;
}

export function fourierControls({ options, flatBecause, steps, change, wording }: Controls): TemplateResult {
  const { drawing, units, order, camera } = options;
  const flat = drawing === 'flat' || (drawing === 'surface' && flatBecause !== null);
  return html`
    <span class="segments" role="group" aria-label="Drawing">
      ${
        flatBecause === null
          ? toggleButton(
              drawing === 'surface',
              'Surface',
              'A landscape: drag to turn, wheel to zoom, shift and drag to move',
              () => change({ drawing: 'surface' }),
            )
          : html`<button disabled aria-pressed="false" title=${flatBecause}>Surface</button>`
      }
      ${toggleButton(flat, 'Flat', 'Seen from above: one row a unit', () => change({ drawing: 'flat' }))}
      ${toggleButton(
        drawing === 'epochs',
        `Over ${steps}`,
        'Where the strongest peak of the chosen units stood at every step',
        () => change({ drawing: 'epochs' }),
      )}
    </span>
    ${
      drawing === 'epochs'
        ? nothing
        : html`<span class="segments" role="group" aria-label="Units">
            ${toggleButton(
              units === 'suggested',
              'Suggested',
              'Units associated with the feature, with their neighbours, and the chosen ones',
              () => change({ units: 'suggested' }),
            )}
            ${toggleButton(units === 'all', 'All units', 'Every unit of the layer', () => change({ units: 'all' }))}
          </span>`
    }
    ${
      flat && units === 'all'
        ? html`<label
            >Units
            <select
              @change=${(event: Event) =>
                change({ order: (event.target as HTMLSelectElement).value as FourierOptions['order'] })}
            >
              ${option('number', 'by number', order === 'number')} ${option('peak', 'by peak', order === 'peak')}
            </select>
          </label>`
        : nothing
    }
    ${bandFields(options, change, wording)}
    ${
      drawing === 'surface' && !flat && camera !== HOME
        ? html`<button title="Reset the camera (0)" @click=${() => change({ camera: HOME })}>Reset view</button>`
        : nothing
    }
  `;
}

/** The band in cycles per token, and what that is in tokens. */
function bandFields({ band }: FourierOptions, change: Controls['change'], wording: Wording): TemplateResult {
  const field = (end: 'low' | 'high', name: string) =>
    html`<input
      type="number"
      min="0"
      max="0.5"
      step="0.01"
      aria-label=${wording(`${name} frequency of the band, cycles per token`)}
      .value=${String(band[end])}
      @change=${(event: Event) => {
        const input = event.target as HTMLInputElement;
        const typed = { ...band, [end]: input.value === '' ? NaN : Number(input.value) };
        const next = bandFrom(typed.low, typed.high, band);
        change({ band: next });
        input.value = String(next[end]);
      }}
    />`;
  return html`<label title=${wording('Band in which peaks are searched, in cycles per token')}
      >Band ${field('low', 'Lowest')} – ${field('high', 'Highest')}</label
    >
    <span class="muted periods" title="The band as periods">${wording(periods(band))}</span>`;
}
