/** A picture as its header describes it; nothing of it has been unpacked. */
export interface ImageHeader {
  readonly widthPixels: number;
  readonly heightPixels: number;
  /** Pixels an inch as the file says; absent where it says nothing. Faxes have fewer lines than columns an inch. */
  readonly resolution?: { readonly x: number; readonly y: number };
  /** How the picture is to be turned or mirrored to be seen upright: 1–8 as EXIF and TIFF number them. */
  readonly orientation: number;
}

/** A picture as a page: upright, in points, and the dots an inch at which none of its pixels is lost. */
export interface ImagePage {
  readonly width: number;
  readonly height: number;
  readonly dpi: number;
}

const POINTS_PER_INCH = 72;
/** A4's long side: what a picture without a resolution is taken for, since it is most likely a sheet of paper. */
const SHEET_INCHES = 11.69;
/** Programs write 72 or 96 where they know nothing. */
const SCREEN_DPI = 96;
/** A0's long side; a sheet that claims to be larger carries a resolution that was made up. */
const LARGEST_SHEET_INCHES = 47;

/**
 * The size of a picture's page. The file's own resolution counts where it can be that of a scanner; otherwise the picture
 * is taken for a sheet of A4, and a small one for a drawing from a screen.
 */
export function imagePage({ widthPixels, heightPixels, resolution, orientation }: ImageHeader): ImagePage {
  const longSide = Math.max(widthPixels, heightPixels);
  const assumed = Math.max(SCREEN_DPI, longSide / SHEET_INCHES);
  const { x, y } = isOfScanner(resolution, longSide) ? resolution : { x: assumed, y: assumed };
  const width = (widthPixels / x) * POINTS_PER_INCH;
  const height = (heightPixels / y) * POINTS_PER_INCH;
  const page = isOnItsSide(orientation) ? { width: height, height: width } : { width, height };
  return { ...page, dpi: Math.max(x, y) };
}

function isOfScanner(
  resolution: ImageHeader['resolution'],
  longSide: number,
): resolution is NonNullable<ImageHeader['resolution']> {
  if (!resolution) return false;
  const { x, y } = resolution;
  const plausible = Math.max(x, y) > SCREEN_DPI && Math.min(x, y) >= 50 && Math.max(x, y) <= 4800;
  return plausible && longSide / Math.min(x, y) <= LARGEST_SHEET_INCHES;
}

/** Orientations 5–8 swap rows and columns. */
export function isOnItsSide(orientation: number): boolean {
  return orientation >= 5;
}

/**
 * Where the first row and column of the stored picture lead in the upright one: `[a, b, c, d, e, f]` maps a point of the
 * stored unit square (origin top left) to the upright unit square, x' = ax + cy + e, y' = bx + dy + f.
 */
export function uprightMatrix(orientation: number): readonly [number, number, number, number, number, number] {
  switch (orientation) {
    case 2:
      return [-1, 0, 0, 1, 1, 0];
    case 3:
      return [-1, 0, 0, -1, 1, 1];
    case 4:
      return [1, 0, 0, -1, 0, 1];
    case 5:
      return [0, 1, 1, 0, 0, 0];
    case 6:
      return [0, 1, -1, 0, 1, 0];
    case 7:
      return [0, -1, -1, 0, 1, 1];
    case 8:
      return [0, -1, 1, 0, 0, 1];
    default:
      return [1, 0, 0, 1, 0, 0];
  }
}
