import type { UnitSeries } from '../../data/types.ts';
import type { Cloud, Scatter } from '../../ui/draw/scatter.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import type { ComparedRecording, RecordingData } from '../../state/store.ts';
import { layersOf } from '../../ui/chosen-layer.ts';
import { overlaid, Part } from '../../ui/view-part.ts';
import { gatesOf, type Gate } from './gates-model.ts';

/** A paragraph about gates: of the layer chosen, or of all. */
export abstract class GatesPart extends Part {
  protected get everyLayer(): boolean {
    return this.store.option('gate-layers').value === 'all';
  }

  protected gates(every = this.everyLayer): Gate[] {
    const layer = this.store.selection.value?.layer;
    return gatesOf(layersOf(this.store, this.recording).filter((info) => every || info.layer === layer));
  }

  /** Of the step that is shown. */
  protected get step(): number {
    return stepOf(this.recording);
  }

  /** The units of the recordings laid over the first, in the same picture. */
  protected withOthers(
    scatter: Scatter,
    find: (sources: RecordingData) => ReturnType<RecordingData['statistics']>,
    across: string,
    up: string,
  ) {
    if (!this.over.length) return { picture: scatter, notes: [] };
    const dark = this.store.dark.value;
    const { results, notes } = overlaid<UnitSeries>(this.over, ({ data }) => find(data).value);
    const over = results.map(({ recording, value }): Cloud => ({
      x: value.get(stepOf(recording), across),
      y: value.get(stepOf(recording), up),
      color: strokeOf(recording.series, dark).color,
      series: recording.series,
    }));
    return { picture: { ...scatter, color: strokeOf(0, dark).color, over }, notes };
  }
}

export const stepOf = ({ data }: ComparedRecording): number => data.ref.value?.step ?? NaN;
