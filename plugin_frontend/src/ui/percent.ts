/** A share; of a difference with its sign. */
export function percent(share: number, signed = false): string {
  if (Number.isNaN(share)) return '–';
  const size = Math.abs(100 * share);
  const digits = size.toFixed(size === 0 || size >= 10 ? 0 : 1);
  return `${Number(digits) === 0 ? '' : share < 0 ? '−' : signed ? '+' : ''}${digits} %`;
}
