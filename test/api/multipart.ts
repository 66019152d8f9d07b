import { randomUUID } from 'node:crypto';

export interface Part {
  readonly name: string;
  readonly value: string | Uint8Array;
  /** Makes it a file part; written into the header as it is. */
  readonly fileName?: string;
  readonly contentType?: string;
}

/** A multipart body as a client sends it, its parts in this order. */
export function multipart(parts: readonly Part[]): { payload: Buffer; headers: Record<string, string> } {
  const boundary = randomUUID();
  const pieces = parts.flatMap(({ name, value, fileName, contentType }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`,
    fileName === undefined ? '' : `; filename="${fileName}"`,
    contentType === undefined ? '' : `\r\ncontent-type: ${contentType}`,
    '\r\n\r\n',
    value,
    '\r\n',
  ]);
  return {
    payload: Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece as string))),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}

/** The usual upload. */
export function upload(input: {
  content: string | Uint8Array;
  fileName?: string;
  collection?: string;
  metadata?: object;
  urgent?: string;
}) {
  const { content, fileName = 'guide.md', collection = 'guidelines', metadata, urgent } = input;
  return multipart([
    { name: 'collection', value: collection },
    ...(metadata ? [{ name: 'metadata', value: JSON.stringify(metadata) }] : []),
    ...(urgent === undefined ? [] : [{ name: 'urgent', value: urgent }]),
    { name: 'file', value: content, fileName, contentType: 'text/markdown' },
  ]);
}
