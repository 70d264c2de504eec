import { printed } from '../../state/visible-characters.ts';
import { runningText } from '../../ui/draw/running-text.ts';
import type { TokenText } from '../../data/types.ts';
import type { Typeset } from '../../ui/text/typesetter.ts';

/** Root of a text's tree; some browsers know the selection of the window only. */
export type Root = ShadowRoot & { getSelection?(): Selection | null };

export const selectionIn = (root: Root) => root.getSelection?.() ?? window.getSelection();

/** Copies the selected text, else the chosen token range, as the original text. */
export function copyInto(
  event: ClipboardEvent,
  root: Root,
  typeset: Typeset,
  text: TokenText,
  tokens: readonly [number, number] | null,
): void {
  const selection = selectionIn(root);
  const range = selection?.rangeCount && !selection.isCollapsed ? selection.getRangeAt(0) : null;
  const copied = range ? selectedText(typeset, text, range) : tokens && trueText(text, typeset, tokens);
  if (copied === null || !event.clipboardData) return;
  event.clipboardData.setData('text/plain', copied);
  event.preventDefault();
}

/** Original text of a token range, with tabs and line ends, without layout breaks. */
export const trueText = (text: TokenText, { setting }: Typeset, [first, end]: readonly [number, number]): string =>
  runningText(text, setting, first, end).text;

/**
 * Token at a character of a line's element, and the character within it.
 * At the end it is the one after the last.
 */
export function placeInLine(
  { layout }: Typeset,
  { tokens, table }: TokenText,
  line: number,
  character: number,
): readonly [token: number, character: number] {
  let rest = character;
  for (let i = layout.starts[line]; i < layout.starts[line + 1]; i++) {
    if (i > layout.starts[line] && layout.hasGapBefore(i)) rest -= 1;
    const { length } = printed(table[tokens[i]]);
    if (rest < length) return [i, Math.max(0, rest)];
    rest -= length;
  }
  return [layout.starts[line + 1], 0];
}

/** Original text between two positions in the lines. */
export function selectedText(typeset: Typeset, text: TokenText, range: Range): string | null {
  const [from, to] = [
    placeOf(typeset, text, range.startContainer, range.startOffset),
    placeOf(typeset, text, range.endContainer, range.endOffset),
  ];
  if (!from || !to || (from[0] === to[0] && from[1] === to[1])) return null;
  const whole = trueText(text, typeset, [from[0], Math.min(text.tokens.length, to[0] + (to[1] ? 1 : 0))]);
  const unread = to[1] ? text.table[text.tokens[to[0]]].length - to[1] : 0;
  return whole.slice(from[1], whole.length - unread);
}

function placeOf(typeset: Typeset, text: TokenText, node: Node, offset: number): readonly [number, number] | null {
  const element = node instanceof Element ? node : node.parentElement;
  const line = element?.closest<HTMLElement>('.line');
  if (!line) return null;
  const before = document.createRange();
  before.selectNodeContents(line);
  before.setEnd(node, offset);
  return placeInLine(typeset, text, Number(line.dataset.line), before.toString().length);
}
