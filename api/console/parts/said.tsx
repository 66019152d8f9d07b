import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

/** What an act has done. It takes the focus, as the button that began the act may be gone with it. */
export function Said({ said }: { said: string | null }): JSX.Element {
  const line = useRef<HTMLParagraphElement>(null);
  useEffect(() => {
    if (said !== null) line.current?.focus();
  }, [said]);
  return (
    <p role="status" tabIndex={-1} ref={line} class={said === null ? 'unseen' : 'done'}>
      {said}
    </p>
  );
}
