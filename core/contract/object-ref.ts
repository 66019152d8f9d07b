/** A reference to content in the object store: what travels through Temporal instead of the content itself. */
export interface ObjectRef {
  /** Key in the object store; starts with the area and the organization, e.g. `work/default/…`. */
  readonly key: string;
  /** Lower-case hex SHA-256 of the plain content; verified whenever the object is read whole. */
  readonly sha256: string;
  /** Length of the plain content. */
  readonly sizeBytes: number;
}

/**
 * The areas of the object store. `work`, `held`, `cache` and `backups` hold sealed objects only (AES-256-GCM);
 * `incoming` and `sources` hold originals as the content team left them.
 */
export const OBJECT_AREAS = ['incoming', 'sources', 'work', 'held', 'cache', 'backups'] as const;
export type ObjectArea = (typeof OBJECT_AREAS)[number];

/** The areas whose objects are sealed before they reach the store. */
export const SEALED_AREAS: ReadonlySet<ObjectArea> = new Set<ObjectArea>(['work', 'held', 'cache', 'backups']);
