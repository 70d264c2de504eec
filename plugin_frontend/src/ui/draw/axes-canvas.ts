/** A 2D context measured in CSS pixels, on a canvas as sharp as the screen. */
export interface Sheet {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
  /** Device pixels a CSS pixel. */
  readonly ratio: number;
}

export const FONT = '11px Roboto, "Helvetica Neue", Arial, sans-serif';

/** Device pixels per CSS pixel of the screen. */
export const screenRatio = (): number => globalThis.devicePixelRatio || 1;

/**
 * Sizes and clears the canvas; null if it has no area or no context.
 * The size is set only when it changed.
 */
export function sheet(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
  ratio: number = screenRatio(),
): Sheet | null {
  const across = Math.floor(width * ratio);
  const down = Math.floor(height * ratio);
  if (across < 1 || down < 1) return null;
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  return { context, width, height, ratio };
}

/** A line that is one device pixel sharp at any ratio. */
export function rule({ context, ratio }: Sheet, x0: number, y0: number, x1: number, y1: number, color: string): void {
  const sharp = (v: number) => Math.round(v * ratio) / ratio;
  const one = 1 / ratio;
  context.fillStyle = color;
  if (y0 === y1) context.fillRect(sharp(x0), sharp(y0), sharp(x1) - sharp(x0), one);
  else context.fillRect(sharp(x0), sharp(y0), one, sharp(y1) - sharp(y0));
}

/** `text` with an ellipsis where it is wider than `width`. */
export function clipText(context: CanvasRenderingContext2D, text: string, width: number): string {
  if (context.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= width) low = middle;
    else high = middle - 1;
  }
  return low ? `${text.slice(0, low)}…` : '';
}
