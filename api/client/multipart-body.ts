import { randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';

export interface MultipartUpload {
  readonly path: string;
  /** Name under which the file is known; may hold `/`. */
  readonly fileName: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** A multipart body that streams the file, so that its size does not matter. Fields come first: a refusal comes early. */
export function multipartBody({ path, fileName, fields }: MultipartUpload): {
  contentType: string;
  body: AsyncGenerator<Uint8Array>;
} {
  const boundary = `medindex-${randomUUID()}`;
  async function* body(): AsyncGenerator<Uint8Array> {
    for (const [name, value] of Object.entries(fields)) {
      yield Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
    }
    yield Buffer.from(
      `--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="${quote(fileName)}"\r\n` +
        'content-type: application/octet-stream\r\n\r\n',
    );
    for await (const chunk of createReadStream(path)) yield chunk as Uint8Array;
    yield Buffer.from(`\r\n--${boundary}--\r\n`);
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body: body() };
}

/** As browsers do it (HTML standard, multipart/form-data encoding algorithm): only what would break the header. */
function quote(fileName: string): string {
  return fileName.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}
