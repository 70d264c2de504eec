import { continuedFrom } from './continued.ts';
import {
  count,
  integers,
  list,
  numbers,
  object,
  string,
  stringOrNull,
  strings,
  WireError,
  type JsonObject,
} from './json.ts';
import type { MatrixSummary } from './matrix-summary.ts';
import type { MatrixSide, NamedMatrix } from './named-matrix.ts';
import { inflateExactly, readHeader, splitContainer } from './wire.ts';

/** Decoders of matrices, which are loaded with the first of them. */

/** Largest number of rows or columns in an answer. */
const MAX_SIZE = 2 ** 16;

const countOrNull = (value: unknown): number | null => (value === null || value === undefined ? null : count(value));

function decodeSide({ axis, first, end, length, names }: JsonObject): MatrixSide {
  const size = count(end, MAX_SIZE) - count(first, MAX_SIZE);
  const own = names === null || names === undefined ? null : strings(names);
  if (size < 0 || (own && own.length !== size)) throw new WireError(`A matrix of ${size} rows or columns has others.`);
  return { axis: string(axis), size, length: Math.min(size, count(length)), names: own };
}

export async function decodeNamedMatrix(buffer: ArrayBuffer): Promise<NamedMatrix> {
  const [first, second] = splitContainer(buffer);
  const header = readHeader(first, 'matrix');
  const [rows, columns] = [decodeSide(object(header.rows)), decodeSide(object(header.columns))];
  return {
    name: stringOrNull(header.matrix) ?? '',
    sequence: count(header.sequence),
    head: countOrNull(header.head),
    heads: countOrNull(header.heads),
    sequences: count(header.sequences),
    recorded: list(header.recorded).map((value) => count(value)),
    rows,
    columns,
    values: new Float32Array(await inflateExactly(second, 4 * rows.size * columns.size, 'matrix')),
  };
}

/** Summary of an answer. Steps up to `after` are those of the earlier answer. */
export function decodeMatrixSummary(answer: JsonObject, earlier?: MatrixSummary): MatrixSummary {
  const end = continuedFrom(answer, earlier?.steps);
  const bySteps = new Map(
    Object.entries(object(answer.statistics)).map(([name, rows]) => {
      const continued = earlier?.values.get(name)?.slice(0, end) ?? [];
      return [name, [...continued, ...list(rows).map((row) => numbers(row))]] as const;
    }),
  );
  const heads = Math.max(0, ...[...bySteps.values()].flatMap((rows) => rows.map((row) => row.length)));
  return {
    steps: [...(earlier?.steps.slice(0, end) ?? []), ...integers(answer.steps)],
    heads,
    values: bySteps,
    get: (statistic, head) =>
      Float32Array.from(bySteps.get(statistic) ?? [], (row) => (head === 'mean' ? meanOf(row) : (row[head] ?? NaN))),
  };
}

function meanOf(row: readonly number[]): number {
  const finite = row.filter(Number.isFinite);
  return finite.length ? finite.reduce((sum, value) => sum + value, 0) / finite.length : NaN;
}
