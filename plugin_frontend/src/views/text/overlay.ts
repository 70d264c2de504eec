import { css, html, nothing, type TemplateResult } from 'lit';
import { printed } from '../../draw/glyphs.ts';
import type { TextPicture } from '../../draw/text-paint.ts';
import { LINE_HEIGHT, MARGIN, type Typeset } from './typesetter.ts';

/** What lies over the painted text: the same letters, transparent, and frames around tokens. */
export const overlayStyle = css`
  .line { position: absolute; left: ${MARGIN}px; white-space: pre; color: transparent; height: ${LINE_HEIGHT}px; font-kerning: none; }
  .line::selection { color: transparent; background: rgba(90, 140, 220, 0.4); }
  .mark { position: absolute; box-sizing: border-box; height: ${LINE_HEIGHT - 2}px; border: 1.5px solid var(--rv-ink); border-radius: 2px; pointer-events: none; }
  .pin { border-width: 2.5px; }
`;

export function letters({ layout, setting, font }: Typeset, { tokens, table }: TextPicture, [first, end]: readonly [number, number]): TemplateResult[] {
  const between = setting.gaps ? ' ' : '';
  return Array.from({ length: end - first }, (_, i) => {
    const ids = tokens.subarray(layout.starts[first + i], layout.starts[first + i + 1]);
    const text = Array.from(ids, (id) => printed(table[id])).join(between);
    return html`<div class="line" style=${`top:${(first + i) * LINE_HEIGHT}px;font:${font};line-height:${LINE_HEIGHT}px`}>${text}</div>`;
  });
}

export function mark({ layout, setting }: Typeset, token: number | null, name: 'hover' | 'pin'): TemplateResult | typeof nothing {
  if (token === null || token >= layout.x.length) return nothing;
  const pad = setting.gaps ? 3 : 1;
  const [left, top, width] = [MARGIN + layout.x[token] - pad, layout.lineOf(token) * LINE_HEIGHT + 1, layout.widthOf(token) + 2 * pad];
  return html`<div class="mark ${name}" style=${`left:${left}px;top:${top}px;width:${width}px`}></div>`;
}
