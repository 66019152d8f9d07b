/** Where a shape stands on its slide, in any unit. */
export interface Place {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface PlacedShape {
  /** Absent where the file does not say it. */
  readonly place: Place | undefined;
  /** Paragraphs in it: labels and subheadings have one. */
  readonly paragraphs: number;
}

/**
 * Shapes in the order in which they are read: a slide is cut along its widest gap, into columns or rows, and each part
 * again. In the file they stand in the order in which they were drawn. Those without a place come first, as they stand.
 */
export function inReadingOrder<Shape extends PlacedShape>(shapes: readonly Shape[]): Shape[] {
  const placed = shapes.filter(isPlaced);
  return [...shapes.filter((shape) => !shape.place), ...cut(placed)];
}

type Placed<Shape> = Shape & { readonly place: Place };

function isPlaced<Shape extends PlacedShape>(shape: Shape): shape is Placed<Shape> {
  return shape.place !== undefined;
}

/** A slide that people read has tens; each cut looks at all shapes of its part again. */
const MAX_CUT_SHAPES = 500;

function cut<Shape extends PlacedShape>(shapes: readonly Placed<Shape>[]): Shape[] {
  if (shapes.length < 2) return [...shapes];
  if (shapes.length > MAX_CUT_SHAPES) return downTheSlide(shapes);
  const across = widestGap(shapes, 'left', 'right');
  const down = widestGap(shapes, 'top', 'bottom');
  if (!across && !down) return downTheSlide(shapes);
  const intoColumns = across && (!down || across.width >= down.width);
  if (intoColumns && down && areLabelledRows(across.before, across.behind)) return [...cut(down.before), ...cut(down.behind)]; // prettier-ignore
  const gap = intoColumns ? across : down;
  return gap ? [...cut(gap.before), ...cut(gap.behind)] : [...shapes];
}

function downTheSlide<Shape extends PlacedShape>(shapes: readonly Placed<Shape>[]): Shape[] {
  return [...shapes].sort((a, b) => a.place.top - b.place.top || a.place.left - b.place.left);
}

interface Gap<Shape> {
  readonly width: number;
  readonly before: Placed<Shape>[];
  readonly behind: Placed<Shape>[];
}

function widestGap<Shape extends PlacedShape>(
  shapes: readonly Placed<Shape>[],
  from: 'left' | 'top',
  to: 'right' | 'bottom',
): Gap<Shape> | undefined {
  const sorted = [...shapes].sort((a, b) => a.place[from] - b.place[from]);
  let reach = -Infinity;
  let widest = { width: 0, at: 0 };
  for (const [index, { place }] of sorted.entries()) {
    if (index > 0 && place[from] - reach > widest.width) widest = { width: place[from] - reach, at: index };
    reach = Math.max(reach, place[to]);
  }
  if (widest.width <= 0) return undefined;
  return { width: widest.width, before: sorted.slice(0, widest.at), behind: sorted.slice(widest.at) };
}

/** Whether the shapes on the left are labels of those beside them, one by one, and no column of their own. */
function areLabelledRows(left: readonly Placed<PlacedShape>[], right: readonly Placed<PlacedShape>[]): boolean {
  if (left.length < 2 || left.length !== right.length || left.some(({ paragraphs }) => paragraphs > 1)) return false;
  const byTop = (a: Placed<PlacedShape>, b: Placed<PlacedShape>) => a.place.top - b.place.top;
  const labels = [...left].sort(byTop);
  const texts = [...right].sort(byTop);
  const overlaps = labels.every(({ place }, row) => {
    const beside = texts[row]?.place;
    return beside !== undefined && place.top < beside.bottom && beside.top < place.bottom;
  });
  // A heading over each column stands beside another one as well.
  const [first, ...others] = texts;
  return overlaps && !(first?.paragraphs === 1 && others.some(({ paragraphs }) => paragraphs > 1));
}
