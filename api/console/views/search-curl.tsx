import type { JSX } from 'preact';
import type { SearchRequest } from '../../schemas/search.js';
import { Copy } from '../parts/copy.js';
import { useTexts } from '../texts/texts.js';
import { curlOf } from './curl.js';

/** The search as a command, without the key: what is copied gets pasted elsewhere. */
export function AsCurl({ request }: { request: SearchRequest }): JSX.Element {
  const texts = useTexts();
  const command = curlOf(request, location.origin);
  return (
    <details class="more">
      <summary>{texts.search.curl}</summary>
      <p class="help">{texts.search.curlHelp}</p>
      <pre tabIndex={0}>{command}</pre>
      {/* Another search is another command, of which nobody has said yet that it was copied. */}
      <Copy key={command} text={command} />
    </details>
  );
}
