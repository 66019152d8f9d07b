import { describe, expect, it } from 'vitest';
import { parseEventStream } from '../../../api/client/event-stream.js';

async function parse(pieces: readonly (string | Uint8Array)[]) {
  async function* body() {
    for (const piece of pieces) yield typeof piece === 'string' ? Buffer.from(piece) : piece;
  }
  const events = [];
  for await (const event of parseEventStream(body())) events.push(event);
  return events;
}

describe('an event stream', () => {
  const text =
    ': hello\nretry: 1\n\nid: 1\nevent: stage\ndata: {"a":"é"}\n\nevent: x\r\ndata: 1\r\ndata:2\r\n\r\ndata: cut off';
  const expected = [
    { id: '1', event: 'stage', data: '{"a":"é"}' },
    { id: null, event: 'x', data: '1\n2' },
  ];

  it('is read whatever pieces it comes in, and its unfinished end is left out', async () => {
    const bytes = Buffer.from(text);
    for (let size = 1; size <= bytes.length; size++) {
      const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) =>
        bytes.subarray(n * size, (n + 1) * size),
      );
      expect(await parse(pieces)).toEqual(expected);
    }
  });

  it('names events without a name', async () => {
    expect(await parse(['data: x\r\rdata\n\n'])).toEqual([
      { id: null, event: 'message', data: 'x' },
      { id: null, event: 'message', data: '' },
    ]);
  });
});
