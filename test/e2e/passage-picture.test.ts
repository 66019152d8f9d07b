import { join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FileClient } from '../../api/client/file-client.js';
import { followRun } from '../../api/cli/follow-run.js';
import { PROJECT_ROOT } from '../../infra/entry-point.js';
import { startStack, type Stack } from '../harness/stack.js';
import { findTemporal } from '../harness/temporal-binary.js';
import { describeWith } from '../harness/describe-with.js';

const corpus = join(PROJECT_ROOT, 'infra/local/demo/corpus/guidelines');

describeWith([await findTemporal()], 'GET /v1/chunks/:chunkId/page.png', () => {
  let stack: Stack;
  let client: FileClient;
  beforeAll(async () => {
    stack = await startStack({ env: { EMBEDDING_PROVIDER: 'off' } });
    client = new FileClient({ url: stack.url, apiKey: stack.adminKey });
    for (const fileName of ['anaphylaxis.pdf', 'hand-hygiene-scanned.pdf', 'adult-hypertension.md']) {
      const { runId } = await client.upload({ path: join(corpus, fileName), fileName, collection: 'guidelines' });
      expect(await followRun(client, runId, () => undefined)).toMatchObject({ state: 'published' });
    }
  });
  afterAll(() => stack?.stop());

  const get = (path: string) =>
    fetch(`${stack.url}/v1/chunks/${path}`, { headers: { authorization: `Bearer ${stack.adminKey}` } });

  async function hitIn(file: string, query: string) {
    const { data } = await client.search({ query, mode: 'text', topK: 10 });
    const hit = data.hits.find(({ externalId }) => externalId === file);
    if (!hit) throw new Error(`nothing was found in ${file}`);
    return hit;
  }

  /** Share of the pixels of a rectangle (points) that are as yellow as a marker makes paper. */
  async function markedShare(png: Buffer, dpi: number, box?: { x: number; y: number; width: number; height: number }) {
    const image = await loadImage(png);
    const canvas = createCanvas(image.width, image.height);
    const context = canvas.getContext('2d');
    context.drawImage(image, 0, 0);
    const scale = dpi / 72;
    const area = box ?? { x: 0, y: 0, width: image.width / scale, height: image.height / scale };
    const { data } = context.getImageData(
      Math.round(area.x * scale),
      Math.round(area.y * scale),
      Math.max(1, Math.round(area.width * scale)),
      Math.max(1, Math.round(area.height * scale)),
    );
    let marked = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [red = 0, , blue = 0] = data.subarray(at, at + 3);
      if (red > 200 && blue < 150) marked += 1;
    }
    return { share: marked / (data.length / 4), width: image.width };
  }

  test.each([
    ['anaphylaxis.pdf', 'dose of adrenaline'],
    ['hand-hygiene-scanned.pdf', 'hand hygiene alcohol rub'],
  ])('draws the page of a passage in %s and marks where it stands', async (file, query) => {
    const { chunkId, anchor } = await hitIn(file, query);
    const response = await get(`${chunkId}/page.png?dpi=72`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/png']);
    const png = Buffer.from(await response.arrayBuffer());
    const box = anchor.boxes.find(({ page }) => page === anchor.pages[0]);
    if (!box) throw new Error('the passage has no place');
    const inside = await markedShare(png, 72, box);
    const whole = await markedShare(png, 72);
    expect(inside.share).toBeGreaterThan(0.4);
    expect(whole.share).toBeLessThan(inside.share);
    const larger = await markedShare(Buffer.from(await (await get(`${chunkId}/page.png?dpi=144`)).arrayBuffer()), 144);
    expect(larger.width).toBeGreaterThan(whole.width * 1.9);
  });

  test('draws a page of a document as it looks, with nothing marked', async () => {
    const { documentId } = await hitIn('anaphylaxis.pdf', 'dose of adrenaline');
    const picture = await client.pagePicture({ documentId, page: 2 }, { dpi: 72 });
    expect(await markedShare(Buffer.from(await picture.arrayBuffer()), 72)).toMatchObject({ share: 0, width: 595 });
    await expect(client.pagePicture({ documentId, page: 99 })).rejects.toMatchObject({ code: 'PAGE_UNKNOWN' });
  });

  test('refuses what has no picture, with a reason', async () => {
    const code = async (path: string) => {
      const response = await get(path);
      return [response.status, ((await response.json()) as { code: string }).code];
    };
    const markdown = await hitIn('adult-hypertension.md', 'hypertension');
    const pdf = await hitIn('anaphylaxis.pdf', 'adrenaline');
    expect(await code(`${markdown.chunkId}/page.png`)).toEqual([404, 'PAGE_UNKNOWN']);
    expect(await code(`${pdf.chunkId}/page.png?page=99`)).toEqual([404, 'PAGE_UNKNOWN']);
    expect(await code(`${pdf.chunkId}/page.png?dpi=5000`)).toEqual([400, 'VALIDATION_FAILED']);
    expect(await code('00000000-0000-4000-8000-000000000000/page.png')).toEqual([404, 'CHUNK_NOT_FOUND']);
    await client.deleteDocument(pdf.documentId);
    expect(await code(`${pdf.chunkId}/page.png`)).toEqual([404, 'CHUNK_NOT_FOUND']);
  });
});
