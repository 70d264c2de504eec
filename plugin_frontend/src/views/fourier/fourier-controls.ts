import { html, nothing, type TemplateResult } from 'lit';
import { bandFrom } from '../../draw/spectrum.ts';
import { HOME } from '../../draw/camera.ts';
import { option } from '../../elements/field.ts';
import { pressed } from '../heatmap/heatmap-controls.ts';
import type { FourierOptions } from './fourier-options.ts';

export interface Controls {
  readonly options: FourierOptions;
  readonly compares: boolean;
  /** Why no surface can be drawn here, or null. */
  readonly flatBecause: string | null;
  change(options: Partial<FourierOptions>): void;
}

export function fourierControls({ options, compares, flatBecause, change }: Controls): TemplateResult {
  const flat = options.drawing === 'flat' || flatBecause !== null;
  const { low, high } = options.band;
  const end = (event: Event) => {
    const text = (event.target as HTMLInputElement).value;
    return text === '' ? NaN : Number(text);
  };
  const input = (value: number, label: string, take: (value: number) => FourierOptions['band']) =>
    html`<input type="number" min="0" max="0.5" step="0.01" aria-label=${label} .value=${String(value)}
      @change=${(event: Event) => {
        const band = take(end(event));
        change({ band });
        (event.target as HTMLInputElement).value = String(label.startsWith('Lowest') ? band.low : band.high);
      }} />`;
  return html`
    <h2>Fourier</h2>
    <span class="segments" role="group" aria-label="Drawing">
      ${flatBecause === null
        ? pressed(!flat, 'Surface', 'A landscape: drag to turn, wheel to zoom, shift and drag to move', () => change({ drawing: 'surface' }))
        : html`<button disabled aria-pressed="false" title=${flatBecause}>Surface</button>`}
      ${pressed(flat, 'Flat', 'Seen from above: one row a unit', () => change({ drawing: 'flat' }))}
    </span>
    <span class="segments" role="group" aria-label="Units">
      ${pressed(options.units === 'suggested', 'Suggested', 'Units that go with the feature, with their neighbours, and the chosen one', () => change({ units: 'suggested' }))}
      ${pressed(options.units === 'all', 'All units', 'Every unit of the layer', () => change({ units: 'all' }))}
    </span>
    ${compares
      ? html`<span class="segments" role="group" aria-label="Which recording">
          ${pressed(options.side === 'a', 'A', 'Recording A', () => change({ side: 'a' }))}
          ${pressed(options.side === 'b', 'B', 'Recording B', () => change({ side: 'b' }))}
        </span>`
      : nothing}
    ${flat && options.units === 'all'
      ? html`<label>Units
          <select @change=${(event: Event) => change({ order: (event.target as HTMLSelectElement).value as FourierOptions['order'] })}>
            ${option('number', 'by number', options.order === 'number')}
            ${option('peak', 'by peak', options.order === 'peak')}
          </select>
        </label>`
      : nothing}
    <label title="Where peaks are looked for, in cycles per token">Band
      ${input(low, 'Lowest frequency of the band, cycles per token', (value) => bandFrom(value, high, options.band))} –
      ${input(high, 'Highest frequency of the band, cycles per token', (value) => bandFrom(low, value, options.band))}
    </label>
    ${!flat && options.camera !== HOME
      ? html`<button title="The first view again (0)" @click=${() => change({ camera: HOME })}>Reset view</button>`
      : nothing}
  `;
}
