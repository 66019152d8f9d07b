import { createCanvas, loadImage, type Canvas } from '@napi-rs/canvas';
import { describe, expect, it } from 'vitest';
import { degradedScan } from '../../../bench/setting/scans/degraded-scans.js';
import { ENGLISH } from '../../../bench/setting/typeset/prose.js';
import { evenLighting } from '../../../infra/readers/page-image/even-lighting.js';
import { greyPage } from '../../../infra/readers/page-image/grey-page.js';
import { preparePage } from '../../../infra/readers/page-image/prepare-page.js';

async function scanned(name: string): Promise<{ canvas: Canvas; dpi: number; turnedDegrees: number }> {
  const { picture: bytes, dpi, turnedDegrees } = degradedScan(name, ENGLISH.slice(0, 4));
  const picture = await loadImage(bytes);
  const canvas = createCanvas(picture.width, picture.height);
  canvas.getContext('2d').drawImage(picture, 0, 0);
  return { canvas, dpi, turnedDegrees };
}

describe('a page before it is read', () => {
  it.each(['clean', 'grey paper', 'noise'])('is left as it is: %s', async (name) => {
    const { canvas, dpi } = await scanned(name);
    const before = greyPage(canvas);
    const prepared = preparePage(before, dpi, 'found');
    expect(prepared.turnedDegrees).toBe(0);
    expect([prepared.page.width, prepared.page.height]).toEqual([canvas.width, canvas.height]);
    expect(Buffer.compare(prepared.page.levels, greyPage(canvas).levels)).toBe(0);
  });

  it.each(['skew −3°', 'uneven light, skew 2°'])('is levelled: %s', async (name) => {
    const { canvas, dpi, turnedDegrees } = await scanned(name);
    expect(preparePage(greyPage(canvas), dpi, 'found').turnedDegrees).toBeCloseTo(-turnedDegrees, 0);
  });

  it.each(['on its side'])('is stood upright or on its head: %s', async (name) => {
    const { canvas, dpi, turnedDegrees } = await scanned(name);
    const first = preparePage(greyPage(canvas), dpi, 'found');
    const second = preparePage(greyPage(canvas), dpi, 'upside-down');
    const left = [first, second].map((page) => Math.round(page.turnedDegrees + turnedDegrees) % 360);
    expect(left.sort()).toEqual([0, 180]);
    expect(first.page.height).toBeGreaterThan(first.page.width);
  });

  it.each(['streaks of a copier', 'light on dark', 'photographed'])(
    'is not taken for one on its side: %s',
    async (name) => {
      const { canvas, dpi } = await scanned(name);
      expect(preparePage(greyPage(canvas), dpi, 'found').turnedDegrees).toBeCloseTo(0, 0);
    },
  );

  it.each(['dark border, skew 3°', 'skew 8°'])(
    'is levelled by its lines, whatever is around them: %s',
    async (name) => {
      const { canvas, dpi, turnedDegrees } = await scanned(name);
      expect(preparePage(greyPage(canvas), dpi, 'found').turnedDegrees).toBeCloseTo(-turnedDegrees, 0);
    },
  );

  it.each(['shadow of the spine', 'shadow with an edge', 'bands of shadow'])('is evened: %s', async (name) => {
    const { canvas, dpi } = await scanned(name);
    const evened = evenLighting(greyPage(canvas), dpi);
    expect(evened).not.toBeNull();
    expect(evenLighting(evened ?? greyPage(canvas), dpi)).toBeNull();
  });

  it('without text is left as it is', () => {
    const canvas = createCanvas(1240, 1754);
    const context = canvas.getContext('2d');
    context.fillStyle = '#fff';
    context.fillRect(0, 0, 1240, 1754);
    expect(preparePage(greyPage(canvas), 150, 'found').turnedDegrees).toBe(0);
  });
});
