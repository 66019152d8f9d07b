/** Text of one baseline without a wide gap inside: a line of a column, or a cell of a table's line. */
export interface Segment {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  /** Baseline, downwards. */
  readonly baseline: number;
  /** Of most of its characters, in points. */
  readonly fontSize: number;
  readonly bold: boolean;
  /** Place of its first run in the order of drawing; tells text in columns from the cells of a table. */
  readonly drawn: number;
  /** What it was joined from, across gaps that may yet turn out to part two cells; absent when it was never apart. */
  readonly parts?: readonly Segment[];
  /** The row of a table that this line stands for (`drawn-tables.ts`). */
  readonly drawnRow?: DrawnRow;
}

/** All segments of one baseline, left to right. */
export interface Row {
  readonly baseline: number;
  readonly segments: readonly Segment[];
}

/** A row of a table, standing for its lines until the table is put together. */
export interface DrawnRow {
  /** Equal for the rows of one table, different for two tables of a page. */
  readonly table: number;
  /** By column, left to right; empty cells keep their place. */
  readonly cells: readonly string[];
  /** What the page draws of it. */
  readonly segments: readonly Segment[];
}
