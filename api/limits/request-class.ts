import type { RequestClass } from '../../core/contract/plans.js';

/** What costs more than a look-up, by method and route. */
const CLASSES: Readonly<Record<string, RequestClass>> = {
  'POST /v1/search': 'search',
  'POST /mcp': 'search',
  'POST /v1/context': 'context',
  'POST /v1/documents': 'upload',
  'POST /v1/documents/from-uri': 'upload',
  'POST /v1/uploads': 'upload',
};

/** Of a route's pattern. */
export function requestClass(method: string, url: string): RequestClass {
  return CLASSES[`${method} ${url}`] ?? 'general';
}
