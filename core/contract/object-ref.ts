/** A reference to content in the object store: what travels through Temporal instead of the content itself. */
export interface ObjectRef {
  /** Key in the object store; starts with the area and the organization, e.g. `work/default/…`. */
  readonly key: string;
  /** Lower-case hex SHA-256 of the plain content; verified whenever the object is read whole. */
  readonly sha256: string;
  /** Length of the plain content. */
  readonly sizeBytes: number;
}
