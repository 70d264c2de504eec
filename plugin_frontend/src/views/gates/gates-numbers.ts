import type { ExportTable } from '../../ui/export/export-table.ts';
import { valueOrStale, type ComparedRecording } from '../../state/store.ts';
import type { Gate } from './gates-model.ts';

const NOT_THERE = new Float32Array(0);

/** Export table with a line per unit and gate; memory stands with the retain gate. */
export function gatesTable({ data }: ComparedRecording, gates: readonly Gate[]): ExportTable | null {
  const step = data.ref.peek()?.step;
  if (step === undefined) return null;
  const digest = data.digest.peek();
  const names = [
    'layer',
    'gate',
    'role',
    'unit',
    'below 0.1',
    'above 0.9',
    'memory by gate',
    'memory by autocorrelation',
  ];
  const rows = gates.flatMap(({ layer, quantity, role, units }) => {
    const saturation = valueOrStale(data.statistics('saturation', layer, quantity).peek());
    const memory =
      digest?.memory[layer]?.quantity === quantity
        ? valueOrStale(data.statistics('memory', layer, quantity).peek())
        : null;
    const columns = [
      saturation?.get(step, 'left'),
      saturation?.get(step, 'right'),
      memory?.get(step, 'gate'),
      memory?.get(step, 'autocorrelation'),
    ];
    if (!saturation) return [];
    return Array.from({ length: units }, (_, unit) => [
      layer,
      quantity,
      role,
      unit,
      ...columns.map((values = NOT_THERE) => finite(values[unit])),
    ]);
  });
  if (!rows.length) return null;
  return {
    kind: 'table',
    name: 'gates',
    columns: names.map((name, i) => ({ name, values: rows.map((row) => row[i]) })),
  };
}

const finite = (value: number | undefined) =>
  value === undefined || Number.isNaN(value) ? null : Number.isFinite(value) ? value : String(value);
