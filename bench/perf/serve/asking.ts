import { Agent, request } from 'node:http';

/** One keep-alive connection each, so that times are those of the server. */
export function newAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: 64 });
}

export interface Asked {
  readonly status: number;
  readonly text: string;
  readonly tookMs: number;
}

export function ask(input: {
  readonly agent: Agent;
  readonly url: string;
  readonly key: string;
  readonly method?: string;
  readonly body?: object;
}): Promise<Asked> {
  const { agent, url, key, method = 'POST', body } = input;
  const text = body === undefined ? '' : JSON.stringify(body);
  const headers = {
    authorization: `Bearer ${key}`,
    ...(body === undefined ? {} : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }),
  };
  const begun = performance.now();
  return new Promise((resolve, reject) => {
    const sent = request(url, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(chunks).toString('utf8'),
          tookMs: performance.now() - begun,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

/** Which tier answered; without parsing twenty kilobytes. */
export function tierOf(text: string): string {
  return /"cache":"(\w+)"/.exec(text)?.[1] ?? 'none';
}
