import type { SearchRequest } from '../../schemas/search.js';

/** A search as a command for a shell. */
export function curlOf(request: SearchRequest, origin: string): string {
  // In a shell's single quotes only the quote itself means something.
  const body = JSON.stringify(request).replaceAll("'", `'\\''`);
  return [
    `curl -s '${origin}/v1/search' \\`,
    `  -H "Authorization: Bearer $MEDINDEX_KEY" -H 'Content-Type: application/json' \\`,
    `  -d '${body}'`,
  ].join('\n');
}
