import { describe, expect, it } from 'vitest';
import { turnedBack } from '../../../../core/reading/layout/turned-box.js';

const PAGE = { width: 600, height: 800 };

describe('a box of a page that was turned before it was read', () => {
  it('stays where nothing was turned', () => {
    const box = { x: 10, y: 20, width: 30, height: 40 };
    expect(turnedBack(box, 0, PAGE)).toEqual(box);
  });

  it('comes back to where it stands on the page as displayed', () => {
    // Of the upright page of 800 × 600 that a quarter turn clockwise makes, the top left corner is the bottom left one here.
    expect(turnedBack({ x: 0, y: 0, width: 100, height: 10 }, 90, PAGE)).toEqual({
      x: 0,
      y: 700,
      width: 10,
      height: 100,
    });
    expect(turnedBack({ x: 0, y: 0, width: 100, height: 10 }, 270, PAGE)).toEqual({
      x: 590,
      y: 0,
      width: 10,
      height: 100,
    });
    expect(turnedBack({ x: 0, y: 0, width: 100, height: 10 }, 180, PAGE)).toEqual({
      x: 500,
      y: 790,
      width: 100,
      height: 10,
    });
  });

  it('grows by as much as it leans, and never over the edge of the page', () => {
    const box = turnedBack({ x: 100, y: 400, width: 400, height: 20 }, -2, PAGE);
    expect(box.height).toBeGreaterThan(20);
    expect(box.height).toBeLessThan(40);
    const edge = turnedBack({ x: 0, y: 0, width: 600, height: 20 }, 3, PAGE);
    expect(edge.y).toBeGreaterThanOrEqual(0);
    expect(edge.x + edge.width).toBeLessThanOrEqual(600);
  });
});
