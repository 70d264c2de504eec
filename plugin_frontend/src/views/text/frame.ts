import type { TokenText } from '../../data/types.ts';
import { makeColormap, type Colormap } from '../../draw/colormap.ts';
import { isFound } from '../../state/look.ts';
import { shown, type Sources, type Store } from '../../state/store.ts';
import { words } from '../../elements/words.ts';

/** What a text is coloured by. */
export type ColorBy = 'activity' | 'probability';

/** A text and one value for each of its tokens, of the same recording. */
export interface Frame {
  readonly text: TokenText;
  readonly values: Float32Array | null;
  readonly mask: Uint8Array | null;
  readonly colors: Colormap;
  /** Says what the colours are. */
  readonly what: string;
  /** Why there are no colours. */
  readonly why: string | null;
}

/** The frame to show, or null while its parts are still on their way. */
export function readFrame(store: Store, sources: Sources, by: ColorBy): Frame | null {
  const text = sources.text.value;
  const selection = store.selection.value;
  if (text.state !== 'ready' || !selection) return null;
  const { quantity, unit, feature } = selection;
  const { probability, tokens } = text.value;
  const common = { text: text.value, mask: maskIn(text.value, sources, feature) };
  if (by === 'probability') {
    const colors = makeColormap({ low: 0, high: 1, diverging: false, dark: store.dark.value });
    const why = probability ? null : 'The model’s outputs are no probabilities over the tokens.';
    return { ...common, values: probability, colors, what: 'probability of what came next', why };
  }
  const activity = sources.activity.value;
  if (activity.state === 'loading') return null;
  const matrix = shown(activity)?.matrix;
  const fits = matrix && matrix.columns === tokens.length && unit < matrix.rows;
  const why = activity.state === 'empty' ? activity.why : activity.state === 'failed' ? activity.message : null;
  return {
    ...common,
    values: fits ? matrix.row(unit) : null,
    colors: store.colors.value,
    what: `${words(quantity)} of unit ${unit}`,
    why: why ?? (fits ? null : `${selection.layer} has ${matrix?.columns ?? 0} values for ${tokens.length} tokens.`),
  };
}

/** While what was typed is looked for at another step, its places stay, unless the model wrote another text there. */
function maskIn({ masks, tokens, generated }: TokenText, sources: Sources, feature: string): Uint8Array | null {
  const looked = sources.looked.value;
  const found = shown(looked);
  if (!isFound(found)) return masks.get(feature) ?? null;
  return found.mask?.length === tokens.length && (looked.state === 'ready' || !generated) ? found.mask : null;
}
