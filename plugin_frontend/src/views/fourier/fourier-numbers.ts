import type { ExportTable } from '../../ui/export/export-table.ts';
import type { UnitLine } from './fourier-lines.ts';
import type { FourierModel } from './fourier-model.ts';
import type { FourierOptions } from './fourier-options.ts';
import type { Track } from './epoch-tracks.ts';
import type { Spectrogram } from './spectrogram-model.ts';

const frequencyName = (f: number) => f.toFixed(4);

/** The spectra of the units in the picture. */
export function spectraNumbers(
  { spectrum: { matrix, frequency }, groups }: FourierModel,
  units: FourierOptions['units'],
  name: string,
): ExportTable {
  const rows =
    units === 'all'
      ? Array.from({ length: matrix.rows }, (_, unit) => unit)
      : [...new Set(groups.flatMap((group) => group.units))];
  return {
    kind: 'matrix',
    name,
    rowNames: rows.map((unit) => `unit ${unit}`),
    columnNames: Array.from(frequency, frequencyName),
    row: (r) => matrix.row(rows[r]),
  };
}

/** The lines of the chart, over the frequencies of the first. */
export function linesTable(lines: readonly UnitLine[], name: string): ExportTable | null {
  if (!lines.length) return null;
  const same = lines.filter(({ frequency }) => frequency.length === lines[0].frequency.length);
  return {
    kind: 'table',
    name,
    columns: [
      { name: 'cycles per token', values: lines[0].frequency },
      ...same.map((line) => ({ name: line.name, values: line.values })),
    ],
  };
}

/**
 * Export table of the strongest peak of each unit at each step.
 * Behind it stands the whole spectrum of the drawn unit.
 */
export function tracksNumbers(
  tracks: readonly Track[],
  spectrogram: Spectrogram | null,
  axis: string,
  name: string,
): ExportTable {
  const dots = tracks.flatMap((track, index) =>
    track.dots.map((dot) => ({ ...dot, name: track.name, drawn: index === 0 && track.unit === spectrogram?.unit })),
  );
  const columns = new Map(spectrogram?.columns.map((column) => [column.step, column]));
  const frequency = spectrogram?.columns[0]?.frequency ?? new Float32Array(0);
  return {
    kind: 'table',
    name,
    columns: [
      { name: 'unit', values: dots.map((dot) => dot.name) },
      { name: axis, values: dots.map(({ step }) => step) },
      ...(['frequency', 'amplitude', 'prominence', 'q'] as const).map((column) => ({
        name: column,
        values: dots.map((dot) => dot[column]),
      })),
      ...Array.from(frequency, (f, bin) => ({
        name: frequencyName(f),
        values: dots.map((dot) => (dot.drawn ? (columns.get(dot.step)?.values[bin] ?? null) : null)),
      })),
    ],
  };
}
