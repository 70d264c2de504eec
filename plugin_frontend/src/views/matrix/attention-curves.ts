/**
 * Curves between the tokens of two lines, as in Seq2Seq-Vis.
 * The columns, what is attended to, are the upper line; the rows are the lower line.
 */

/** Token of a line with its position, in CSS pixels. */
export interface PlacedToken {
  readonly text: string;
  readonly left: number;
  readonly width: number;
}

export interface AttentionCurve {
  readonly row: number;
  readonly column: number;
  readonly weight: number;
  readonly width: number;
  /** Value of `d`. */
  readonly path: string;
}

export interface CurvesLayout {
  readonly width: number;
  readonly height: number;
  readonly columns: readonly PlacedToken[];
  readonly rows: readonly PlacedToken[];
  readonly curves: readonly AttentionCurve[];
  /** Curves that are too thin to be drawn. */
  readonly skipped: number;
}

export interface CurvesShape {
  readonly rowNames: readonly string[];
  readonly columnNames: readonly string[];
  /** Row-major. */
  readonly values: Float32Array;
  /** Room for the lines, which are spread out to it as far as they can still be read. */
  readonly room: number;
  readonly height: number;
}

/** Width of all curves of the most attended token together. */
const WIDEST = 14;
/** Curves below this width are not drawn. */
const THINNEST = 0.3;
/** Curves at most, the widest first. */
const MOST = 1500;
const CHARACTER = 7.3;
const PADDING = 8;
export const TOKEN_HEIGHT = 18;
const MARGIN = 4;
/** Tokens are at most so many times as wide as their text needs. */
const MOST_SPREAD = 2.6;

/** Places tokens in a line, `spread` times as wide as their text. */
export function placeTokens(names: readonly string[], spread = 1): PlacedToken[] {
  let left = MARGIN;
  return names.map((text) => {
    const width = Math.round(([...text].length * CHARACTER + PADDING) * spread);
    const token = { text, left, width };
    left += width + 2;
    return token;
  });
}

/** Largest sum of a column, that of the most attended token. */
export function largestColumnSum(values: Float32Array, columns: number): number {
  const sums = new Float64Array(columns);
  values.forEach((value, i) => {
    if (Number.isFinite(value)) sums[i % columns] += Math.abs(value);
  });
  return Math.max(0, ...sums);
}

const endOf = (tokens: readonly PlacedToken[]): number => {
  const last = tokens.at(-1);
  return last ? last.left + last.width : 0;
};

export function layoutCurves({ rowNames, columnNames, values, room, height }: CurvesShape): CurvesLayout {
  const needed = Math.max(endOf(placeTokens(columnNames)), endOf(placeTokens(rowNames)));
  const spread = needed > 0 ? Math.min(MOST_SPREAD, Math.max(1, (0.9 * room) / needed)) : 1;
  const [columns, rows] = [placeTokens(columnNames, spread), placeTokens(rowNames, spread)];
  const most = largestColumnSum(values, columns.length);
  const [top, bottom] = [MARGIN + TOKEN_HEIGHT, height - MARGIN - TOKEN_HEIGHT];
  const middle = (top + bottom) / 2;
  const candidates: AttentionCurve[] = [];
  let present = 0;
  if (most > 0)
    values.forEach((weight, i) => {
      if (!weight || !Number.isFinite(weight)) return;
      present++;
      const width = (WIDEST * Math.abs(weight)) / most;
      if (width < THINNEST) return;
      const [row, column] = [Math.floor(i / columns.length), i % columns.length];
      const [x1, x2] = [centre(columns[column]), centre(rows[row])];
      candidates.push({
        row,
        column,
        weight,
        width,
        path: `M${x1} ${top}C${x1} ${middle} ${x2} ${middle} ${x2} ${bottom}`,
      });
    });
  const curves = candidates.sort((a, b) => b.width - a.width).slice(0, MOST);
  return {
    width: Math.max(endOf(columns), endOf(rows)) + MARGIN,
    height,
    columns,
    rows,
    curves: curves.reverse(),
    skipped: present - curves.length,
  };
}

const centre = ({ left, width }: PlacedToken): number => left + width / 2;
