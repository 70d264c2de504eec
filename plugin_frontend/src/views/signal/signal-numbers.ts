import type { Column, ExportTable } from '../../ui/export/export-table.ts';
import { timeOf } from '../../state/signal-time.ts';
import { sequenceAt } from '../../data/sequences.ts';
import type { Selection } from '../../state/store.ts';
import type { SignalParts } from './signal-picture.ts';

/** Numbers of a signal and of its bands, a row for each step. */
export function signalTable(parts: SignalParts, { layer, quantity, unit }: Selection): ExportTable {
  const { text, signal, units, further, feature, mask, forecasts } = parts;
  const steps = text.tokens.length;
  const each = <T>(make: (step: number) => T) => Array.from({ length: steps }, (_, step) => make(step));
  const columns: Column[] = [{ name: 'step', values: each((step) => sequenceAt(text.lengths, step)[1]) }];
  const add = (name: string, values: Column['values']) => columns.push({ name, values });
  if (text.lengths.length > 1)
    add(
      'sequence',
      each((step) => sequenceAt(text.lengths, step)[0]),
    );
  if (signal.rate !== null) {
    add(
      `time (${signal.timeUnit})`,
      each((step) => timeOf(signal, sequenceAt(text.lengths, step)[1])),
    );
  }
  const width = signal.channels.length;
  signal.channels.forEach((name, i) =>
    add(
      name,
      each((step) => signal.values[step * width + i]),
    ),
  );
  for (const [name, column] of text.columns) add(name, column.values);
  const isSeveral = forecasts.length > 1;
  const named = (name: string, letter: string) => (isSeveral ? `${name} (${letter})` : name);
  for (const { letter, unit: own, values } of [...units, ...further]) {
    add(named(`${layer} ${quantity} unit ${own}`, letter), values);
  }
  for (const {
    letter,
    text: { outputs },
  } of forecasts) {
    outputs?.names.forEach((name, i) => {
      add(
        named(`output ${name}`, letter),
        each((step) => outputs.values[step * outputs.count + i]),
      );
      const { targets } = outputs;
      if (targets)
        add(
          named(`target ${name}`, letter),
          each((step) => targets[step * outputs.count + i]),
        );
    });
  }
  if (mask && feature) add(`feature ${feature}`, mask);
  return { kind: 'table', name: `signal ${layer} ${quantity} unit ${unit}`, columns };
}
