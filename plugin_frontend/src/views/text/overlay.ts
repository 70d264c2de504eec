import { css, html, nothing, unsafeCSS, type TemplateResult } from 'lit';
import { printed } from '../../draw/glyphs.ts';
import type { TextPicture } from '../../draw/text-paint.ts';
import { LINE_HEIGHT, MARGIN, NAME_FONT, NAME_GAP, type Typeset } from './typesetter.ts';

/** What lies over the painted text: the same letters, transparent, and frames around tokens. */
export const overlayStyle = css`
  .line { position: absolute; white-space: pre; color: transparent; height: ${LINE_HEIGHT}px; font-kerning: none; }
  .line::selection { color: transparent; background: rgba(90, 140, 220, 0.4); }
  .cut { display: inline-block; overflow: hidden; vertical-align: top; }
  .sequence { position: absolute; left: ${MARGIN}px; pointer-events: none; user-select: none; -webkit-user-select: none; }
  .sequence span { position: sticky; top: 0; display: block; height: ${LINE_HEIGHT}px; font: ${unsafeCSS(NAME_FONT)}; line-height: ${LINE_HEIGHT}px; color: var(--rv-muted);
    white-space: nowrap; overflow: hidden; text-overflow: ellipsis; pointer-events: auto; cursor: default; }
  .mark { position: absolute; box-sizing: border-box; height: ${LINE_HEIGHT - 2}px; border: 1.5px solid var(--rv-ink); border-radius: 2px; pointer-events: none; }
  .pin { border-width: 2.5px; }
`;

/** Names of the sequences in these lines, which stay in sight as long as their lines are. */
export function sequences({ layout, left, names }: Typeset, [first, end]: readonly [number, number]): TemplateResult[] {
  if (!names) return [];
  const found: TemplateResult[] = [];
  const starts = layout.sequences;
  for (let s = sequenceOfLine(starts, first); s < names.length && starts[s] < end; s++) {
    const style = `top:${starts[s] * LINE_HEIGHT}px;height:${(starts[s + 1] - starts[s]) * LINE_HEIGHT}px;width:${left - MARGIN - NAME_GAP}px`;
    found.push(html`<div class="sequence" style=${style}><span title=${`Sequence ${s}: ${names[s]}`}>${names[s]}</span></div>`);
  }
  return found;
}

/** The sequence that a line belongs to: the last that begins at it or before. */
export function sequenceOfLine(starts: Uint32Array, line: number): number {
  let low = 0;
  let high = Math.max(0, starts.length - 2);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle] <= line) low = middle;
    else high = middle - 1;
  }
  return low;
}

export function letters({ layout, setting, font, left, clipped, widths }: Typeset, { tokens, table }: TextPicture, [first, end]: readonly [number, number]): TemplateResult[] {
  const between = setting.gaps ? ' ' : '';
  const cut = (id: number) =>
    clipped.has(id) ? html`<span class="cut" style=${`width:${widths[id]}px`}>${printed(table[id])}</span>` : printed(table[id]);
  return Array.from({ length: end - first }, (_, i) => {
    const ids = tokens.subarray(layout.starts[first + i], layout.starts[first + i + 1]);
    const text = clipped.size ? Array.from(ids, (id, k) => [k ? between : '', cut(id)]) : Array.from(ids, (id) => printed(table[id])).join(between);
    return html`<div class="line" style=${`left:${left}px;top:${(first + i) * LINE_HEIGHT}px;font:${font};line-height:${LINE_HEIGHT}px`}>${text}</div>`;
  });
}

export function mark({ layout, setting, left: margin }: Typeset, token: number | null, name: 'hover' | 'pin'): TemplateResult | typeof nothing {
  if (token === null || token >= layout.x.length) return nothing;
  const pad = setting.gaps ? 3 : 1;
  const [left, top, width] = [margin + layout.x[token] - pad, layout.lineOf(token) * LINE_HEIGHT + 1, layout.widthOf(token) + 2 * pad];
  return html`<div class="mark ${name}" style=${`left:${left}px;top:${top}px;width:${width}px`}></div>`;
}
