import type { ComparedRecording, ViewContext } from '../../state/store.ts';
import type { Picked } from '../../ui/charts/scatter-chart.ts';

/** A unit of a layer, as it is numbered in one recording. */
export interface HoverTarget {
  readonly layer: string;
  readonly unit: number;
}

/** Unit under the pointer, here or in another view (of the chosen layer). */
export function pointedUnit(
  store: ViewContext,
  recording: ComparedRecording,
  layer: string,
  own: HoverTarget | null,
): number | null {
  if (own) return own.layer === layer ? own.unit : null;
  const { unit } = store.hover.value;
  return unit !== null && layer === store.selection.value?.layer ? recording.data.unitMapping.value.fromA(unit) : null;
}

/** Says to all views what is pointed at, as far as it belongs to the layer chosen. */
export function pointAt(store: ViewContext, recording: ComparedRecording, pointed: HoverTarget | null): void {
  const here =
    pointed && pointed.layer === store.selection.peek()?.layer
      ? recording.data.unitMapping.value.toA(pointed.unit)
      : null;
  store.hoverOver({ unit: here });
}

/** The unit chosen and further ones, as far as they belong to this layer. */
export function chosenUnits(store: ViewContext, { data }: ComparedRecording, layer: string): readonly number[] {
  return layer === store.selection.value?.layer ? [data.unit.value, ...data.units.value] : [];
}

export function pick(
  store: ViewContext,
  recording: ComparedRecording,
  layer: string,
  quantity: string,
  { index: unit, more }: Picked,
): void {
  const unitOfA = layer === store.selection.peek()?.layer ? recording.data.unitMapping.value.toA(unit) : unit;
  if (unitOfA !== null) store.select({ layer, unit: unitOfA, ...(more ? { quantity } : {}) });
}
