import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';
import { Copy } from './copy.js';

interface ShownOnceProps {
  readonly title: string;
  /** What to do with it, and that it is not shown again. */
  readonly help: string;
  readonly secret: string;
  readonly onKept: () => void;
}

/** A key or a secret, which the API gives in one answer only. It lives in memory, and takes the focus as it comes. */
export function ShownOnce({ title, help, secret, onKept }: ShownOnceProps): JSX.Element {
  const texts = useTexts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), [secret]);
  return (
    <section class="card once" aria-labelledby="shown-once">
      <h2 id="shown-once" tabIndex={-1} ref={heading}>
        {title}
      </h2>
      <p class="note">{help}</p>
      <pre tabIndex={0} aria-label={title} data-testid="secret">
        {secret}
      </pre>
      <div class="actions">
        <Copy text={secret} isFirst />
        <button type="button" class="quiet" onClick={onKept}>
          {texts.kept}
        </button>
      </div>
    </section>
  );
}
