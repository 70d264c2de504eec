import { continuedFrom } from './continued.ts';
import { count, integers, string, strings, WireError } from './json.ts';
import { address, type Decoded, type Request } from './request.ts';
import type { RecordingRef, UnitSeries } from './types.ts';
import { inflateExactly, MAX_UNITS, readHeader, splitContainer } from './wire.ts';

/** Statistics of every unit at every step so far. */
export const requestUnitSeries = (
  { run, probe }: Omit<RecordingRef, 'step'>,
  layer: string,
  quantity: string,
  what: string,
): Request<UnitSeries> => ({
  url: address('units', { run, probe, layer, quantity, what }),
  lasting: false,
  grows: true,
  decode: async (response, earlier) => decodeUnitSeries(await response.arrayBuffer(), earlier),
});

/** Series of an answer. Steps up to `after` are those of the earlier answer. */
export async function decodeUnitSeries(buffer: ArrayBuffer, earlier?: UnitSeries): Promise<Decoded<UnitSeries>> {
  const [first, second] = splitContainer(buffer);
  const header = readHeader(first, 'units');
  const [steps, rows, units] = [integers(header.steps), strings(header.rows), count(header.units, MAX_UNITS)];
  const width = rows.length * units;
  const values = new Float32Array(await inflateExactly(second, 4 * steps.length * width, 'numbers of the units'));
  const decoded = { bytes: values.byteLength, cursor: string(header.cursor) };
  const end = continuedFrom(header, earlier?.steps);
  if (!earlier || end === 0) return { value: seriesOf(steps, rows, units, values), ...decoded };
  if (earlier.units !== units || earlier.rows.join() !== rows.join())
    throw new WireError('An answer continues one of other units.');
  if (end === earlier.steps.length && steps.length === 0) return { value: earlier, ...decoded };
  const joined = new Float32Array((end + steps.length) * width);
  const continued = earlier.steps.slice(0, end);
  continued.forEach((step, s) => rows.forEach((row, r) => joined.set(earlier.get(step, row), s * width + r * units)));
  joined.set(values, end * width);
  return { value: seriesOf([...continued, ...steps], rows, units, joined), ...decoded };
}

function seriesOf(steps: readonly number[], rows: readonly string[], units: number, values: Float32Array): UnitSeries {
  const indices = new Map(steps.map((step, s) => [step, s]));
  return {
    steps,
    rows,
    units,
    get(step, row) {
      const [s, r] = [indices.get(step) ?? -1, rows.indexOf(row)];
      if (s < 0 || r < 0) return new Float32Array(0);
      const start = (s * rows.length + r) * units;
      return values.subarray(start, start + units);
    },
  };
}
