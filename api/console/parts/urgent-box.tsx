import type { JSX, RefObject } from 'preact';
import { useTexts } from '../texts/texts.js';

/** For files that cannot wait behind others. */
export function UrgentBox({ input }: { input: RefObject<HTMLInputElement | null> }): JSX.Element {
  const { upload: words } = useTexts();
  return (
    <label class="choice">
      <input type="checkbox" ref={input} name="urgent" />
      {words.urgent}
    </label>
  );
}
