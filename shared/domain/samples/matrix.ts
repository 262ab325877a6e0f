/** Samples as one block of numbers: n rows × m features, stored column by column. */
export interface Matrix {
  /** n */
  readonly rows: number;
  /** m names, in the order of the columns. */
  readonly features: readonly string[];
  /** n · m values; feature j of row i is at `j * rows + i`. NaN is a missing value. */
  readonly values: Float32Array | Float64Array;
}

/** The given rows of a matrix, in the given order; a copy. */
export function matrixRows(matrix: Matrix, rows: Int32Array): Matrix {
  const { features } = matrix;
  const values = new Float32Array(rows.length * features.length);
  for (let j = 0; j < features.length; j++)
    for (let i = 0; i < rows.length; i++)
      values[j * rows.length + i] = matrix.values[j * matrix.rows + rows[i]];
  return { rows: rows.length, features, values };
}
