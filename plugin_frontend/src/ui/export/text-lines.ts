/** Line of text as the page has broken it. */
export interface TextLine {
  readonly text: string;
  readonly box: DOMRect;
}

const ELLIPSIS = '…';

/** Lines of a text node; `preserves` is true if white space is not collapsed. */
export function linesOf(node: Text, preserves: boolean): TextLine[] {
  const range = document.createRange();
  const lines: { start: number; end: number; top: number }[] = [];
  for (const { index, 0: word } of node.data.matchAll(/\S+/g)) {
    range.setStart(node, index);
    range.setEnd(node, index + word.length);
    const box = range.getClientRects()[0];
    if (!box) continue;
    const last = lines.at(-1);
    if (last && Math.abs(box.y - last.top) < 2) last.end = index + word.length;
    else lines.push({ start: index, end: index + word.length, top: box.y });
  }
  return lines.map(({ start, end }) => {
    range.setStart(node, start);
    range.setEnd(node, end);
    const text = node.data.slice(start, end);
    return { text: preserves ? text : text.replace(/\s+/g, ' '), box: range.getBoundingClientRect() };
  });
}

/**
 * Line that ends with an ellipsis before a position, as on the page.
 * Null if nothing of it fits.
 */
export function ellipsized({ text, box }: TextLine, right: number, widthOf: (text: string) => number): TextLine | null {
  const room = right - box.left;
  if (box.width <= room + 1) return { text, box };
  let end = text.length;
  while (end > 0 && widthOf(text.slice(0, end) + ELLIPSIS) > room) end--;
  if (!end) return null;
  const cut = text.slice(0, end) + ELLIPSIS;
  return { text: cut, box: new DOMRect(box.x, box.y, widthOf(cut), box.height) };
}
