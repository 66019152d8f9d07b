import { useEffect, useState } from 'preact/hooks';

/** Where the user is: `#/library/guidelines?state=held`. Behind the `#` nothing reaches the server or its logs. */
export interface Route {
  readonly view: string;
  /** What stands after the view, decoded: a collection's name, a document's id. */
  readonly subject: string | null;
  readonly query: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2);
  const [view = '', subject = ''] = path.split('/', 2);
  return { view, subject: subject === '' ? null : decoded(subject), query: new URLSearchParams(query) };
}

export function address(
  view: string,
  subject?: string | null,
  query: Readonly<Record<string, string | null | undefined>> = {},
): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value) given.set(name, value);
  const path = subject ? `${view}/${encodeURIComponent(subject)}` : view;
  return `#/${path}${given.size === 0 ? '' : `?${given.toString()}`}`;
}

export function go(to: string): void {
  location.hash = to;
}

export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return parseRoute(hash);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
