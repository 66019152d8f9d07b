import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { useTexts } from '../texts/texts.js';

interface ConfirmProps {
  readonly title: string;
  readonly act: string;
  readonly destructive?: boolean;
  readonly busy: boolean;
  readonly children: ComponentChildren;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

/** Asks before an act, in the browser's own dialog: it keeps the focus in and gives it back. */
export function Confirm({ title, act, destructive, busy, children, onConfirm, onClose }: ConfirmProps): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const texts = useTexts();
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
    // Whoever presses Enter by habit destroys nothing.
    if (destructive) cancel.current?.focus();
  }, []);
  return (
    <dialog ref={dialog} onClose={onClose} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{title}</h2>
      {children}
      <div class="actions">
        <button type="button" class={destructive ? 'danger' : ''} disabled={busy} onClick={onConfirm}>
          {busy ? texts.document.working : act}
        </button>
        <button type="button" class="quiet" ref={cancel} onClick={() => dialog.current?.close()}>
          {texts.cancel}
        </button>
      </div>
    </dialog>
  );
}
