import { html, nothing, type TemplateResult } from 'lit';
import { columnOf } from '../../ui/draw/spectrogram.ts';
import type { BandLimits } from '../../ui/draw/spectrum.ts';
import '../../ui/legend.ts';
import { lineLegend } from '../../ui/line-legend.ts';
import { loadablePanel, loadingPanel, statePanel } from '../../ui/state-panel.ts';
import { chooseStep } from '../../state/choose-step.ts';
import { valueOrStale, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import '../../ui/charts/line-chart.ts';
import { epochsChart } from './epochs-chart.ts';
import type { FourierData } from './fourier-data.ts';
import { amplitudeReadout, peakReadout } from './fourier-readout.ts';
import { KEY_TO_PEAKS } from './fourier-words.ts';
import { stepsOf, type Spectrogram } from './spectrogram-model.ts';
import { wordingOf } from '../../state/wording.ts';
import { frequencyUnitOf } from '../../state/signal-time.ts';

export interface OverEpochs {
  readonly store: ViewContext;
  /** The spectra are of the first, the peaks of all. */
  readonly recordings: readonly ComparedRecording[];
  readonly data: FourierData;
  readonly band: BandLimits;
}

/** Spectrum of the chosen unit by step, with the peaks of all chosen units. */
export function overEpochs(options: OverEpochs): TemplateResult {
  const { store, recordings, data, band } = options;
  const [recording] = recordings;
  const [tracks, spectrogram, colors] = [data.tracks.value, data.spectrogram.value, data.spectrogramColors.value];
  const { allSteps, steps, axis, ref, difference } = recording.data;
  if (!tracks.length && !spectrogram?.columns.length)
    return html`<div class="picture">${loadablePanel(data.series.value[0], 'Reading the peaks…', 'fill')}</div>`;
  const { step, frequency } = store.hover.value;
  const columns =
    spectrogram?.columns.map(({ step: stop, values, frequency: frequencies }) => ({
      stop,
      url: columnOf(values, frequencies, colors),
    })) ?? [];
  const read = stepsOf(steps.value);
  const grid = read.length < steps.value.length ? read : allSteps.value;
  return html`<div class="picture" data-figure>
      ${recordings.length > 1 ? html`<span class="of">${recording.label}</span>` : nothing}<rv-line-chart
        fills
        chooses
        .chart=${epochsChart({
          tracks,
          picture: { grid, columns },
          steps: allSteps.value,
          now: ref.value?.step ?? null,
          band,
          axis: axis.value,
          wording: wordingOf(store),
          time: frequencyUnitOf(valueOrStale(recordings[0].data.text.value)),
        })}
        .hover=${step}
        .level=${frequency}
        @rv-over=${(event: CustomEvent<number | null>) => store.hoverOver({ step: event.detail })}
        @rv-level=${(event: CustomEvent<number | null>) => store.hoverOver({ frequency: event.detail })}
        @rv-choose=${(event: CustomEvent<number>) => chooseStep(store, recording, event.detail)}
      ></rv-line-chart>
    </div>
    ${lineLegend(tracks.length > 1 ? data.lines.value : [])}
    <div class="foot" data-figure>
      ${
        spectrogram
          ? html`<rv-colors
                .colors=${colors}
                .dark=${store.dark.value}
                .what="amplitude of unit ${spectrogram.unit}"
                .missing=${spectrogram.missing}
              ></rv-colors
              >${progress(spectrogram)}`
          : nothing
      }
      ${difference ? nothing : KEY_TO_PEAKS}
      <span class="readout" data-figure="none">${readoutAt(options, step ?? ref.value?.step ?? 0, frequency)}</span>
    </div>`;
}

function progress({ columns, waiting, retry }: Spectrogram) {
  if (retry) return statePanel({ state: 'failed', sentence: 'Not every spectrum could be read.', retry });
  const all = columns.length + waiting;
  return waiting ? loadingPanel(`${columns.length} of ${all} spectra`, 'line', columns.length / all) : nothing;
}

/** Read-out of the chosen unit at a step: amplitude at the pointer, else its peak. */
function readoutAt({ data, recordings }: OverEpochs, step: number, frequency: number | null) {
  const { name } = recordings[0].data.axis.value;
  const [unit, column] = [data.selectedUnit.value, data.spectrogram.value?.columns.find((one) => one.step === step)];
  if (unit < 0) return html`the chosen unit has no match here`;
  const amplitude =
    column && frequency !== null ? amplitudeReadout(unit, column.values, column.frequency, frequency) : null;
  if (amplitude) return html`${name(step)} · ${amplitude}`;
  const dot = data.tracks.value.find((track) => track.unit === unit)?.dots.find((one) => one.step === step);
  return dot ? html`${name(step)} · ${peakReadout(unit, dot)}` : html`unit ${unit} has no peak here`;
}
