/** Work goes on for so long before the page has its turn. */
const PIECE_MS = 8;

const turn = () => new Promise<void>((done) => setTimeout(done));

/**
 * Result of a generator of progress, computed in chunks between frames.
 * Null if it was cancelled.
 */
export async function renderInChunks<T>(
  work: Generator<number, T>,
  signal: AbortSignal,
  report: (done: number) => void,
): Promise<T | null> {
  for (;;) {
    const end = performance.now() + PIECE_MS;
    let next = work.next();
    while (!next.done && performance.now() < end) next = work.next();
    if (signal.aborted) return null;
    if (next.done) return next.value;
    report(next.value);
    await turn();
    if (signal.aborted) return null;
  }
}
