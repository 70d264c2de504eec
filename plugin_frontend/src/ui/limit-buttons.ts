import { html, nothing, type TemplateResult } from 'lit';
import type { ViewContext } from '../state/store.ts';
import { CELL_STATE } from '../state/activity-colors.ts';
import type { RecordingData } from '../state/recording-data.ts';
import { spaced } from './format.ts';
import { toggleButton } from './toggle-button.ts';

/** Name of the coloured values of the chosen quantity, for a legend. */
export function coloredValues({ selection, colors }: Pick<ViewContext, 'selection' | 'colors'>, difference: boolean) {
  const quantity = spaced(selection.value?.quantity ?? '');
  if (difference) return `${quantity}, B − A`;
  return colors.tanh.value ? `tanh of ${quantity}` : quantity;
}

/**
 * Buttons of the colour limits.
 * Limits of a unit or of a quantity, tanh of a cell state, values that occur in a gate.
 */
export function limitButtons(store: ViewContext, { axis, difference }: RecordingData): TemplateResult {
  const [limits, cells, range] = [store.option('limits'), store.option('cells'), store.option('range')];
  const { gate, tanh } = store.colors;
  const isCellState = store.selection.value?.quantity === CELL_STATE && !difference;
  const byUnit = limits.value === 'unit';
  const everywhere = `over all ${axis.value.plural} and runs that are shown`;
  return html`${
    gate.value
      ? toggleButton(
          range.value === 'seen',
          'range as seen',
          `Colour from the smallest to the largest value ${everywhere}, or from 0 to 1`,
          () => (range.value = range.value === 'seen' ? 'whole' : 'seen'),
        )
      : nothing
  }${
    isCellState
      ? toggleButton(
          tanh.value,
          'tanh',
          'Colour cell states by their hyperbolic tangent, from −1 to 1',
          () => (cells.value = tanh.value ? 'value' : 'tanh'),
        )
      : nothing
  }${
    (gate.value && range.value !== 'seen') || (tanh.value && !difference)
      ? nothing
      : html`<span class="segments" role="group" aria-label="Limits"
          >${toggleButton(
            byUnit,
            'limits of the unit',
            `Each unit has colour limits of its own: its range ${everywhere}, without the outermost 0.5 %`,
            () => (limits.value = 'unit'),
          )}${toggleButton(
            !byUnit,
            'of all units',
            `All units share their colour limits, those of the quantity ${everywhere}`,
            () => (limits.value = 'quantity'),
          )}</span
        >`
  }`;
}
