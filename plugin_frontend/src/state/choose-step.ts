import type { ComparedRecording, ViewContext } from './store.ts';

/** Chooses a step of one of the recordings shown, whichever of them it is. */
export function chooseStep(store: ViewContext, recording: ComparedRecording, step: number): void {
  const selection = store.selection.peek();
  const ref = recording.data.ref.peek();
  if (!selection || !ref) return;
  if (recording.series === 0) return store.select({ step });
  if (recording.series === 1) return store.select({ compare: { run: ref.run, step } });
  store.select({ more: selection.more.map((one, i) => (i === recording.series - 2 ? { ...one, step } : one)) });
}
