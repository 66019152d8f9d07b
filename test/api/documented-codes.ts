import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import { expect } from 'vitest';

type Documented = readonly {
  readonly method: string;
  readonly address: RegExp;
  readonly codes: ReadonlySet<string>;
  readonly takesBody: boolean;
}[];

interface Document {
  readonly paths: Record<
    string,
    Record<
      string,
      {
        readonly requestBody?: object;
        readonly responses: Record<string, { content?: Record<string, { examples?: object }> }>;
      }
    >
  >;
}

const BODY_CODES = ['JSON_MALFORMED', 'JSON_TOO_DEEP', 'BODY_TOO_LARGE', 'MEDIA_TYPE_UNSUPPORTED'];

const documents = new WeakMap<FastifyInstance, Promise<Documented>>();

/** Whatever a call refuses with in a test has to stand beside that very call in the OpenAPI document. */
export async function expectDocumented(
  app: FastifyInstance,
  asked: { readonly method: string; readonly url: string },
  response: LightMyRequestResponse,
): Promise<void> {
  // HEAD has no body.
  if (response.body === '') return;
  if (response.statusCode < 400 || !String(response.headers['content-type']).startsWith('application/json')) return;
  const { code } = response.json<{ code?: unknown }>();
  // What the Model Context Protocol refuses has a form of its own.
  if (typeof code !== 'string') return;
  // An address with a part so long that the router takes it for none.
  if (code === 'ROUTE_NOT_FOUND') return;
  let document = documents.get(app);
  if (!document) documents.set(app, (document = documentedCodes(app)));
  const path = asked.url.replace(/[?#].*$/s, '');
  const calls = (await document).filter(({ method, address }) => method === asked.method && address.test(path));
  // No call of this system: it has nothing to say of it.
  if (calls.length === 0) return;
  const codes = calls.flatMap((call) => [...call.codes]);
  // A body that nobody asked for is read all the same.
  if (!calls.some(({ takesBody }) => takesBody) && BODY_CODES.includes(code)) return;
  expect(
    codes,
    `${asked.method} ${path.slice(0, 100)} refuses with a code that its description does not have`,
  ).toContain(code);
}

async function documentedCodes(app: FastifyInstance): Promise<Documented> {
  const { paths } = (await app.inject('/openapi.json')).json<Document>();
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, { requestBody, responses }]) => ({
      takesBody: requestBody !== undefined,
      method: method.toUpperCase(),
      address: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
      codes: new Set(
        Object.values(responses).flatMap(({ content }) => Object.keys(content?.['application/json']?.examples ?? {})),
      ),
    })),
  );
}
