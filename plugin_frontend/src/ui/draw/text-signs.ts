import { printed } from '../../state/visible-characters.ts';

/** ␣ is drawn, not set: fonts give it a width of their own. */
export function paintSigns(
  context: CanvasRenderingContext2D,
  token: string,
  x: number,
  base: number,
  width: number,
  ink: string,
): void {
  context.save();
  context.globalAlpha = 0.6;
  context.strokeStyle = context.fillStyle = ink;
  const blank = token.trim() === '';
  const marks = [...token];
  let pen = x;
  for (const mark of marks) {
    const w = blank ? width / marks.length : context.measureText(printed(mark)).width;
    if (mark === '\n' || mark === '\t') paintArrow(context, mark === '\t', pen, base, w);
    else if (/\s/u.test(mark)) {
      context.beginPath();
      context.moveTo(pen + 1, base - 1);
      context.lineTo(pen + 1, base + 2);
      context.lineTo(pen + w - 1, base + 2);
      context.lineTo(pen + w - 1, base - 1);
      context.stroke();
    }
    pen += w;
  }
  context.restore();
}

function paintArrow(context: CanvasRenderingContext2D, forward: boolean, x: number, base: number, width: number): void {
  const [left, right, y] = [x + 1, x + width - 1, base - 4];
  const tip = forward ? right : left;
  const back = forward ? -2.5 : 2.5;
  context.beginPath();
  if (!forward) context.moveTo(right, y - 4);
  context.lineTo(forward ? left : right, y);
  context.lineTo(tip, y);
  context.moveTo(tip + back, y - 2.5);
  context.lineTo(tip, y);
  context.lineTo(tip + back, y + 2.5);
  context.stroke();
}
