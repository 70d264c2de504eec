/** Rows that are compared; more would take too long. */
export const MOST_CLUSTERED = 512;
const SAMPLES = 384;

/**
 * At most `most` indices, spread over `count` with an irregular step.
 * No period of the rows coincides with it.
 */
export function sampleColumns(count: number, most = SAMPLES): Uint32Array {
  if (count <= most) return Uint32Array.from({ length: count }, (_, index) => index);
  const step = count / most;
  let state = 1;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  return Uint32Array.from({ length: most }, (_, i) => Math.floor((i + random()) * step));
}

/**
 * Order that puts similar rows side by side: average linkage on 1 - Pearson's r.
 * By chains of nearest neighbours (Murtagh 1983), O(rows²); where two clusters meet, their most similar ends
 * touch. Missing values count as the row's mean. Yields now and then, so that others can work too; call `next`
 * until it is done.
 */
export function* clusterSteps(rows: readonly Float32Array[]): Generator<void, Uint32Array, void> {
  const n = rows.length;
  const unit = rows.map(standardise);
  const apart = new Float32Array(n * n);
  for (let a = 0; a < n; a++) {
    for (let b = 0; b < a; b++) apart[a * n + b] = apart[b * n + a] = 1 - dot(unit[a], unit[b]);
    if (a % 16 === 15) yield;
  }
  const between = apart.slice();
  const leaves: (number[] | null)[] = rows.map((_, row) => [row]);
  const chain: number[] = [];
  for (let left = n; left > 1; left--) {
    if (!chain.length) chain.push(leaves.findIndex(Boolean));
    for (;;) {
      const end = chain[chain.length - 1];
      const near = nearest(between, leaves, n, end, chain[chain.length - 2] ?? -1);
      if (near === chain[chain.length - 2]) break;
      chain.push(near);
    }
    const [a, b] = [chain.pop()!, chain.pop()!];
    const [x, y] = [leaves[a]!.length, leaves[b]!.length];
    for (let c = 0; c < n; c++) {
      if (leaves[c] && c !== a && c !== b)
        between[b * n + c] = between[c * n + b] = (x * between[a * n + c] + y * between[b * n + c]) / (x + y);
    }
    leaves[b] = join(leaves[b]!, leaves[a]!, (p, q) => apart[p * n + q]);
    leaves[a] = null;
    if (left % 64 === 0) yield;
  }
  return Uint32Array.from(leaves.find(Boolean) ?? []);
}

export function cluster(rows: readonly Float32Array[]): Uint32Array {
  const steps = clusterSteps(rows);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** Mean 0 and length 1; all 0 where nothing varies. */
function standardise(row: Float32Array): Float32Array {
  let [sum, count] = [0, 0];
  for (const value of row) if (Number.isFinite(value)) [sum, count] = [sum + value, count + 1];
  const mean = count ? sum / count : 0;
  const centred = row.map((value) => (Number.isFinite(value) ? value - mean : 0));
  const size = Math.sqrt(dot(centred, centred));
  return size > 1e-12 ? centred.map((value) => value / size) : centred.fill(0);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
}

/** Of equals the one the chain came from, so that it ends. */
function nearest(between: Float32Array, leaves: readonly unknown[], n: number, from: number, before: number): number {
  let best = before;
  let distance = before < 0 ? Infinity : between[from * n + before];
  for (let c = 0; c < n; c++) {
    if (c === from || !leaves[c] || between[from * n + c] >= distance) continue;
    best = c;
    distance = between[from * n + c];
  }
  return best;
}

function join(a: number[], b: number[], apart: (p: number, q: number) => number): number[] {
  const [a0, a1, b0, b1] = [a[0], a[a.length - 1], b[0], b[b.length - 1]];
  const ends = [apart(a1, b0), apart(a1, b1), apart(a0, b0), apart(a0, b1)];
  const closest = ends.indexOf(Math.min(...ends));
  if (closest === 0) return [...a, ...b];
  if (closest === 1) return [...a, ...b.reverse()];
  if (closest === 2) return [...a.reverse(), ...b];
  return [...b, ...a];
}
