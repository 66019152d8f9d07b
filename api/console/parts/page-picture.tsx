import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { ApiRefusal } from '../../client/answers.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { sentenceOf } from './problem.js';

/** The server draws one page at a time and says so when too many wait: 6 tries bridge half a minute. */
const TRIES = 6;
const PAUSE_MS = 5_000;

interface PagePictureProps {
  readonly of: { chunkId: string; page: number } | { documentId: string; page: number };
}

/** Fetched with the key, as an address in `<img>` could carry none. */
export function PagePicture({ of }: PagePictureProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const [shown, setShown] = useState<{ url: string } | { error: unknown } | null>(null);
  const { page } = of;
  const subject = 'chunkId' in of ? of.chunkId : of.documentId;

  useEffect(() => {
    const gone = new AbortController();
    let url: string | null = null;
    setShown(null);
    const draw = async (tries: number): Promise<void> => {
      try {
        url = URL.createObjectURL(await client.pagePicture(of, { signal: gone.signal }));
        if (gone.signal.aborted) URL.revokeObjectURL(url);
        else setShown({ url });
      } catch (error) {
        if (gone.signal.aborted) return;
        if (error instanceof ApiRefusal && error.code === 'PICTURES_BUSY' && tries > 1) {
          setTimeout(() => void draw(tries - 1), PAUSE_MS);
        } else setShown({ error });
      }
    };
    void draw(TRIES);
    return () => {
      gone.abort();
      if (url) URL.revokeObjectURL(url);
    };
  }, [subject, page]);

  if (shown === null) {
    return (
      <p class="picture waiting" role="status">
        {texts.document.drawing}
      </p>
    );
  }
  if ('error' in shown) {
    return (
      <p class="picture waiting">
        {texts.document.noPicture} {sentenceOf(shown.error, texts)}
      </p>
    );
  }
  const words = 'chunkId' in of ? texts.document.passagePicture(page) : texts.document.picture(page);
  return <img class="picture" src={shown.url} alt={words} />;
}
