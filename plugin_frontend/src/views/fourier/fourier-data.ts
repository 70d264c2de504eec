import { computed, type ReadonlySignal } from '@preact/signals-core';
import type { Spectrum, UnitSeries } from '../../data/types.ts';
import { palette } from '../../ui/draw/axes.ts';
import { makeColormap, type Colormap } from '../../state/colormap.ts';
import { largest } from '../../ui/draw/spectrum.ts';
import { valueOrStale, type Loadable, type ComparedRecording, type ViewContext } from '../../state/store.ts';
import { tracksOf, type Track } from './epoch-tracks.ts';
import { linesOf, type UnitLine } from './fourier-lines.ts';
import {
  amplitudeLimit,
  buildModel,
  flatModel,
  Ratchet,
  spectrumGroups,
  type FlatModel,
  type FourierModel,
} from './fourier-model.ts';
import type { FourierOptions } from './fourier-options.ts';
import { peakOf, recordedPeaks, type Recorded, type UnitPeak } from './peaks.ts';
import { spectrogramOf, stepsOf, type Spectrogram } from './spectrogram-model.ts';
import type { SurfaceModel } from './surface.ts';

/**
 * Data of the Fourier view.
 * The picture is of the first recording, lines and dots are of all.
 */
export class FourierData {
  readonly spectrum: ReadonlySignal<Loadable<Spectrum>>;
  readonly selectedUnit: ReadonlySignal<number>;
  readonly recorded: ReadonlySignal<Recorded | null>;
  readonly model: ReadonlySignal<FourierModel | null>;
  readonly surface: ReadonlySignal<SurfaceModel | null>;
  readonly flat: ReadonlySignal<FlatModel | null>;
  readonly peak: ReadonlySignal<(unit: number) => UnitPeak | null>;
  readonly lines: ReadonlySignal<readonly UnitLine[]>;
  readonly chartLimit: ReadonlySignal<number>;
  readonly tracks: ReadonlySignal<readonly Track[]>;
  readonly series: ReadonlySignal<readonly Loadable<UnitSeries>[]>;
  /** The chosen unit at every step of the first recording. */
  readonly spectrogram: ReadonlySignal<Spectrogram | null>;
  /** One scale for all steps. */
  readonly spectrogramColors: ReadonlySignal<Colormap>;
  /** True while any data on show is being reloaded. */
  readonly old: ReadonlySignal<boolean>;
  private readonly ratchet = new Ratchet();
  private readonly chartRatchet = new Ratchet();

  constructor(
    store: ViewContext,
    recordings: ReadonlySignal<readonly ComparedRecording[]>,
    options: ReadonlySignal<FourierOptions>,
  ) {
    const first = computed(() => recordings.value[0] ?? null);
    const colors = computed(() => palette(store.dark.value).series);
    const band = computed(() => options.value.band);
    const units = computed(() => options.value.units);
    const loadables = computed(() => recordings.value.map(({ data }) => data.spectrum.value));
    const spectra = computed(() => loadables.value.map(valueOrStale));
    const unitsOf = ({ data }: ComparedRecording) => [data.unit.value, ...data.units.value];
    /** Of a difference nobody tested peaks. */
    this.series = computed(() => {
      const selectedUnit = store.selection.value;
      return recordings.value.map(({ data }): Loadable<UnitSeries> =>
        data.difference || !selectedUnit
          ? { state: 'empty', why: 'The peaks of a difference were not tested.' }
          : data.statistics('peaks', selectedUnit.layer, selectedUnit.quantity).value,
      );
    });
    const recorded = computed(() =>
      recordings.value.map(({ data }, i) => recordedPeaks(valueOrStale(this.series.value[i]), data.ref.value?.step)),
    );
    this.spectrum = computed(() => loadables.value[0] ?? { state: 'loading', stale: null });
    this.selectedUnit = computed(() => first.value?.data.unit.value ?? -1);
    this.recorded = computed(() => recorded.value[0] ?? null);
    this.old = computed(
      () => loadables.value.some(({ state }) => state === 'loading') || this.spectrum.value.state !== 'ready',
    );

    this.model = computed(() => {
      const [spectrum, recording, selection] = [spectra.value[0], first.value, store.selection.value];
      if (!spectrum || !recording || !selection) return null;
      const own = { ...selection, unit: this.selectedUnit.value, units: recording.data.units.value };
      const groups = spectrumGroups({ findings: recording.data.findings.value }, own, spectrum.matrix.rows);
      const { probe, layer, quantity, feature } = selection;
      const signed = recording.data.difference;
      const height = amplitudeLimit(
        spectra.value,
        units.value === 'all' ? null : groups,
        signed ? [] : (valueOrStale(recording.data.digests.value) ?? []),
        own,
      );
      const limit = this.ratchet.at(JSON.stringify([probe, layer, quantity, feature, units.value, signed]), height);
      return buildModel(spectrum, groups, {
        limit,
        signed,
        dark: store.dark.value,
        swapped: store.option('colors').value === 'blue',
        units: units.value,
      });
    });
    this.surface = computed(() => {
      const model = this.model.value;
      return (
        model && {
          groups: model.surface,
          frequency: model.spectrum.frequency,
          limit: model.limit,
          colors: model.colors,
          signed: model.signed,
          values: (unit) => model.spectrum.matrix.row(unit),
        }
      );
    });
    this.peak = computed(() => {
      const [spectrum, limits, peaks] = [this.model.value?.spectrum, band.value, this.recorded.value];
      return (unit) => (spectrum ? peakOf(spectrum, unit, limits, peaks) : null);
    });
    this.flat = computed(
      () =>
        this.model.value && flatModel(this.model.value, this.selectedUnit.value, this.recorded.value, options.value),
    );
    this.lines = computed(() =>
      linesOf(
        recordings.value.map((recording, i) => ({
          letter: recording.letter,
          series: recording.series,
          spectrum: spectra.value[i],
          recorded: recorded.value[i],
          units: unitsOf(recording),
        })),
        band.value,
        colors.value,
      ),
    );
    /** Limits of the chart alone, so that small spectra show their shape too. */
    this.chartLimit = computed(() => {
      const selection = store.selection.value;
      const height = Math.max(0, ...this.lines.value.map(({ values, frequency }) => largest([values], frequency)));
      return this.chartRatchet.at(
        JSON.stringify([
          selection?.probe,
          selection?.layer,
          selection?.quantity,
          this.selectedUnit.value,
          this.model.value?.signed,
        ]),
        height,
      );
    });
    this.spectrogram = computed(() => {
      const [sources, unit] = [first.value?.data, this.selectedUnit.value];
      if (!sources || sources.difference || unit < 0) return null;
      return spectrogramOf(
        stepsOf(sources.steps.value).map((step) => ({ step, spectrum: sources.spectrumAt(step).value })),
        unit,
      );
    });
    const high = computed(() => this.spectrogram.value?.high || 1);
    this.spectrogramColors = computed(() =>
      makeColormap({ low: 0, high: high.value, diverging: false, dark: store.dark.value }),
    );
    this.tracks = computed(() =>
      tracksOf(
        recordings.value.map((recording, i) => ({
          letter: recording.letter,
          series: recording.series,
          peaks: valueOrStale(this.series.value[i]),
          units: unitsOf(recording),
        })),
        colors.value,
      ),
    );
  }
}
