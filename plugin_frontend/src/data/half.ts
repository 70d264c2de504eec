/** Bit pattern of a masked value among 16-bit floats. */
export const HALF_MASKED = 0x7e01;

let table: Float32Array | null = null;

function build(): Float32Array {
  const values = new Float32Array(65536);
  for (let bits = 0; bits < 65536; bits++) {
    const sign = bits & 0x8000 ? -1 : 1;
    const exponent = (bits >> 10) & 31;
    const fraction = bits & 1023;
    if (exponent === 31) values[bits] = fraction ? NaN : sign * Infinity;
    else if (exponent === 0) values[bits] = sign * fraction * 2 ** -24;
    else values[bits] = sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  }
  return values;
}

/** All 65,536 IEEE 754 binary16 numbers, by bit pattern. */
export function halfTable(): Float32Array {
  return (table ??= build());
}
