import { layersOf } from '../unit/circumstances.ts';
import { Part } from '../unit/part.ts';
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
    return this.side.sources.place.value?.step ?? NaN;
  }
}
