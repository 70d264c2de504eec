/** How steps, quantities and numbers are said. */

/** Steps are epochs as Keras counts them; -1 is a recording before the first one. */
export const epochName = (step: number) => (step < 0 ? 'before training' : `epoch ${step}`);

/** `forget_gate` as words. */
export const words = (name: string) => name.replaceAll('_', ' ');

/** Three digits that count; a real minus. */
export function figure(value: number, signed = false): string {
  if (Number.isNaN(value)) return '–';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  const size = Math.abs(value);
  const digits = size === 0 || (size >= 1e-3 && size < 1e5) ? size.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3) : size.toExponential(1);
  const sign = value < 0 ? '−' : signed && value > 0 ? '+' : '';
  return sign + digits;
}

/** A probability: never 0 or 1 where it is not exactly that. */
export function chance(p: number): string {
  if (Number.isNaN(p)) return '–';
  if (p > 0 && p < 0.001) return '< 0.001';
  if (p < 1 && p > 0.999) return '> 0.999';
  return p.toFixed(3);
}

export const count = (n: number) => n.toLocaleString('en-US');
