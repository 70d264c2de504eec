import { css, html, nothing, unsafeCSS, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { printed } from '../../state/visible-characters.ts';
import { padOf, type TextPicture } from '../draw/text-picture.ts';
import { MARGIN, NAME_FONT, NAME_GAP, TEXT_HEIGHT, type Typeset } from './typesetter.ts';

/** Styles of the layer over the painted text: transparent letters and token frames. */
export const overlayStyle = css`
  .line {
    position: absolute;
    right: 0;
    white-space: pre;
    color: transparent;
    line-height: ${TEXT_HEIGHT}px;
    font-kerning: none;
    overflow: clip;
  }
  .line::selection,
  .cut::selection {
    color: transparent;
    background: rgba(90, 140, 220, 0.4);
  }
  .cut {
    display: inline-block;
    overflow: hidden;
    vertical-align: top;
  }
  .sequence {
    position: absolute;
    left: ${MARGIN}px;
    pointer-events: none;
    user-select: none;
    -webkit-user-select: none;
  }
  .sequence span {
    position: sticky;
    top: 0;
    display: block;
    height: ${TEXT_HEIGHT}px;
    font: ${unsafeCSS(NAME_FONT)};
    line-height: ${TEXT_HEIGHT}px;
    color: var(--rv-muted);
    white-space: nowrap;
    overflow: hidden;
    text-overflow: ellipsis;
    pointer-events: auto;
    cursor: default;
  }
  .mark {
    position: absolute;
    box-sizing: border-box;
    height: ${TEXT_HEIGHT - 2}px;
    border: 1.5px solid var(--rv-ink);
    border-radius: 2px;
    pointer-events: none;
  }
  .pin {
    border-width: 2.5px;
  }
  .moment {
    border: 2.5px solid var(--rv-accent);
  }
`;

type Lines = readonly [first: number, end: number];

/** Names of the sequences in these lines, which stay visible while their lines are. */
export function sequences(
  { layout, left, names, titles }: Typeset,
  { lineHeight }: TextPicture['style'],
  [first, end]: Lines,
): TemplateResult[] {
  if (!names) return [];
  const labels: TemplateResult[] = [];
  const starts = layout.sequences;
  for (let s = sequenceOfLine(starts, first); s < names.length && starts[s] < end; s++) {
    const style = `top:${starts[s] * lineHeight}px;height:${
      (starts[s + 1] - starts[s]) * lineHeight
    }px;width:${left - MARGIN - NAME_GAP}px`;
    labels.push(
      html`<div class="sequence" style=${style}><span title=${titles?.[s] ?? names[s]}>${names[s]}</span></div>`,
    );
  }
  return labels;
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

/**
 * Letters of the lines in view.
 * A line that stays in view keeps its element and thereby its selection.
 */
export function letters(typeset: Typeset, picture: TextPicture, [first, end]: Lines): unknown {
  const { font, left, layout, spacing, titles } = typeset;
  const { lineHeight } = picture.style;
  const lines = Array.from({ length: end - first }, (_, i) => first + i);
  return repeat(
    lines,
    (line) => line,
    (line) => {
      const isMirrored = layout.isMirrored(line);
      const style =
        `left:${left}px;${isMirrored ? `right:${MARGIN}px;` : ''}top:${line * lineHeight}px;height:${lineHeight}px;` +
        `font:${font};line-height:${TEXT_HEIGHT}px;word-spacing:${spacing}px`;
      const dir = isMirrored ? 'rtl' : nothing;
      const text = lineText(typeset, picture, line);
      const title = titles?.[layout.begins[line]] ?? nothing;
      const role = title === nothing ? nothing : 'group';
      // White space between the tags would be a part of the line.
      // prettier-ignore
      return html`<div class="line" role=${role} aria-label=${title} dir=${dir} data-line=${line}
        style=${style}>${text}</div>`;
    },
  );
}

function lineText(
  { layout, setting, clipped, widths }: Typeset,
  { tokens, table }: TextPicture,
  line: number,
): unknown {
  const first = layout.starts[line];
  const ids = tokens.subarray(first, layout.starts[line + 1]);
  const isSized = (id: number, k: number) => clipped.has(id) || layout.widthOf(first + k) > widths[id];
  const hasSized = ids.some(isSized);
  if (!hasSized && !setting.gaps) return Array.from(ids, (id) => printed(table[id])).join('');
  const pieces: unknown[] = [];
  ids.forEach((id, k) => {
    if (k && layout.hasGapBefore(first + k)) pieces.push(' ');
    pieces.push(
      isSized(id, k)
        ? html`<span class="cut" style=${`width:${layout.widthOf(first + k)}px`}>${printed(table[id])}</span>`
        : printed(table[id]),
    );
  });
  return hasSized ? pieces : pieces.join('');
}

export function mark(
  { layout, setting, left: margin }: Typeset,
  { lineHeight }: TextPicture['style'],
  token: number | null,
  name: 'hover' | 'pin' | 'moment',
): TemplateResult | typeof nothing {
  if (token === null || token >= layout.x.length) return nothing;
  const pad = padOf(setting) + 1;
  const [left, top, width] = [
    margin + layout.x[token] - pad,
    layout.lineOf(token) * lineHeight + 1,
    layout.widthOf(token) + 2 * pad,
  ];
  return html`<div class="mark ${name}" style=${`left:${left}px;top:${top}px;width:${width}px`}></div>`;
}
