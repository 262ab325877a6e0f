const bits = new DataView(new ArrayBuffer(4));

/**
 * The float32 next to another.
 *
 * @param value - a float32
 * @param direction - 1 for the next above, −1 for the next below
 */
export function nextFloat32(value: number, direction: 1 | -1): number {
  if (value === direction * Infinity) return value;
  // Around zero the representation jumps: both zeros have the smallest subnormals beside them.
  if (value === 0) return direction * 2 ** -149;
  bits.setFloat32(0, value);
  bits.setInt32(0, bits.getInt32(0) + (value > 0 ? direction : -direction));
  return bits.getFloat32(0);
}
