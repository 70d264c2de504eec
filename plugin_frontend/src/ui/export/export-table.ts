/** One column of a table. */
export interface Column {
  readonly name: string;
  readonly values: ArrayLike<string | number | null>;
}

/** Numbers behind a picture. */
export type ExportTable =
  | { readonly kind: 'table'; readonly name: string; readonly columns: readonly Column[] }
  | {
      readonly kind: 'matrix';
      readonly name: string;
      readonly rowNames: readonly string[];
      readonly columnNames: readonly string[];
      row(r: number): Float32Array;
    };
