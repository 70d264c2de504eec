import type { ExportTable } from './export-table.ts';

/**
 * Field of a CSV file, RFC 4180.
 * Formulas stay text: spreadsheets run cells that begin with one of these signs.
 */
function field(value: string | number | null): string {
  if (value === null || (typeof value === 'number' && Number.isNaN(value))) return '';
  if (typeof value === 'number') return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

const line = (fields: Iterable<string | number | null>) => `${Array.from(fields, field).join(',')}\r\n`;

/** Missing values are empty fields. */
export function csvOf(numbers: ExportTable): string {
  if (numbers.kind === 'matrix') {
    const rows = numbers.rowNames.map((name, r) => line([name, ...numbers.row(r)]));
    return line(['', ...numbers.columnNames]) + rows.join('');
  }
  const { columns } = numbers;
  const length = Math.max(0, ...columns.map(({ values }) => values.length));
  const rows = Array.from({ length }, (_, r) => line(columns.map(({ values }) => values[r] ?? null)));
  return line(columns.map(({ name }) => name)) + rows.join('');
}

const isNumeric = (values: ArrayLike<string | number | null>) =>
  Array.from(values).every((value) => value === null || typeof value === 'number');

/**
 * NPY file of an export table, format 1.0 in C order.
 * float32 for a matrix, float64 for the numeric columns of a table.
 */
export function npyOf(numbers: ExportTable): Uint8Array<ArrayBuffer> {
  if (numbers.kind === 'matrix') {
    const columns = numbers.columnNames.length;
    const values = new Float32Array(numbers.rowNames.length * columns);
    numbers.rowNames.forEach((_, r) => values.set(numbers.row(r), r * columns));
    return npy('<f4', [numbers.rowNames.length, columns], values);
  }
  const columns = numbers.columns.filter(({ values }) => isNumeric(values));
  const length = Math.max(0, ...columns.map(({ values }) => values.length));
  const values = new Float64Array(length * columns.length).fill(NaN);
  columns.forEach((column, c) =>
    Array.from(column.values).forEach((value, r) => (values[r * columns.length + c] = (value as number | null) ?? NaN)),
  );
  return npy('<f8', [length, columns.length], values);
}

function npy(dtype: string, shape: readonly number[], values: Float32Array | Float64Array): Uint8Array<ArrayBuffer> {
  const head = `{'descr': '${dtype}', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const preamble = 10;
  const length = Math.ceil((preamble + head.length + 1) / 64) * 64 - preamble;
  const bytes = new Uint8Array(preamble + length + values.byteLength);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${head.padEnd(length - 1)}\n`), preamble);
  bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), preamble + length);
  return bytes;
}
