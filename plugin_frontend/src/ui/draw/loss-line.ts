/** SVG path of (position, loss) in a `width` x `height` box, with gaps if missing. */
export function lossPath(
  losses: readonly (number | null)[],
  low: number,
  high: number,
  width: number,
  height: number,
): string {
  const span = high - low || 1;
  const across = Math.max(1, losses.length - 1);
  let path = '';
  let pen = false;
  losses.forEach((loss, i) => {
    if (loss === null) {
      pen = false;
      return;
    }
    const x = ((i / across) * width).toFixed(2);
    const y = (height - ((loss - low) / span) * height).toFixed(2);
    path += `${pen ? 'L' : 'M'}${x} ${y}`;
    pen = true;
  });
  return path;
}
