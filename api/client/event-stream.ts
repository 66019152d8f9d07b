export interface ReceivedEvent {
  readonly id: string | null;
  readonly event: string;
  readonly data: string;
}

/** Parses server-sent events as they come, in pieces of any size (HTML standard, "Interpreting an event stream"). */
export async function* parseEventStream(body: AsyncIterable<Uint8Array>): AsyncGenerator<ReceivedEvent> {
  const decoder = new TextDecoder();
  let rest = '';
  let fields = emptyEvent();
  for await (const piece of body) {
    rest += decoder.decode(piece, { stream: true });
    // A line end that is cut in two (CR now, LF next) waits for its other half.
    const lines = rest.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line !== '') {
        takeLine(fields, line);
        continue;
      }
      if (fields.data.length > 0) {
        yield { id: fields.id, event: fields.event || 'message', data: fields.data.join('\n') };
      }
      fields = emptyEvent();
    }
  }
}

interface Fields {
  id: string | null;
  event: string;
  data: string[];
}

function emptyEvent(): Fields {
  return { id: null, event: '', data: [] };
}

function takeLine(fields: Fields, line: string): void {
  const colon = line.indexOf(':');
  const name = colon === -1 ? line : line.slice(0, colon);
  const value = colon === -1 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'data') fields.data.push(value);
  else if (name === 'event') fields.event = value;
  else if (name === 'id') fields.id = value;
}
