import type { ComparedRecording } from '../../state/compared-recording.ts';
import type { Selection } from '../../state/selection.ts';

/**
 * Python literal of a string.
 * JSON strings are Python strings, but for characters beyond the basic plane.
 */
const python = (word: string) => JSON.stringify(word);

/** Reads the same recordings in a notebook. */
export function snippetOf(
  recordings: readonly ComparedRecording[],
  { layer, quantity, unit }: Selection,
  logs: string | null,
): string {
  const root = (logs ?? 'logs').replace(/[\\/]+$/, '');
  const lines = recordings.flatMap(({ letter, data }) => {
    const ref = data.ref.peek();
    if (!ref) return [];
    const run = ref.run.replace(/(^|\/)rnnviz$/, '');
    const name = letter.toLowerCase();
    const row = Math.max(0, data.unit.peek() ?? unit);
    return [
      `${name} = rv.load(${python(run ? `${root}/${run}` : root)}, probe=${python(ref.probe)}, step=${ref.step})`,
      `${name}_activity = ${name}[${python(layer)}][${python(quantity)}][..., ${row}]  # (sequences, steps)`,
    ];
  });
  return ['import tb_rnnviz as rv', '', ...lines].join('\n') + '\n';
}
