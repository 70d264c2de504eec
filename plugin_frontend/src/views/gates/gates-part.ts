import type { UnitSeries } from '../../data/types.ts';
import type { Cloud, Scatter } from '../../ui/draw/scatter.ts';
import { strokeOf } from '../../ui/draw/series.ts';
import type { Side, Sources } from '../../state/store.ts';
import { layersOf } from '../../ui/chosen-layer.ts';
import { overlaid, Part } from '../../ui/view-part.ts';
import { gatesOf, type Gate } from './gates-model.ts';

/** A paragraph about gates: of the layer chosen, or of all. */
export abstract class GatesPart extends Part {
  protected get everyLayer(): boolean {
    return this.store.option('gate-layers', 'chosen').value === 'all';
  }

  protected gates(every = this.everyLayer): Gate[] {
    const layer = this.store.selection.value?.layer;
    return gatesOf(layersOf(this.store, this.side).filter((info) => every || info.layer === layer));
  }

  /** Of the step that is shown. */
  protected get step(): number {
    return stepOf(this.side);
  }

  /** The units of the recordings laid over the first, in the same picture. */
  protected withOthers(
    scatter: Scatter,
    find: (sources: Sources) => ReturnType<Sources['statistics']>,
    across: string,
    up: string,
  ) {
    if (!this.over.length) return { picture: scatter, notes: [] };
    const dark = this.store.dark.value;
    const { found, notes } = overlaid<UnitSeries>(this.over, ({ sources }) => find(sources).value);
    const over = found.map(({ side, value }): Cloud => ({
      x: value.get(stepOf(side), across),
      y: value.get(stepOf(side), up),
      color: strokeOf(side.series, dark).color,
      series: side.series,
    }));
    return { picture: { ...scatter, color: strokeOf(0, dark).color, over }, notes };
  }
}

export const stepOf = ({ sources }: Side): number => sources.place.value?.step ?? NaN;
