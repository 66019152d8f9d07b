import type { ComponentChildren, JSX } from 'preact';
import { may, useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';

/** A view for administrators; to others it says which right they lack. */
export function AdminsOnly({ title, children }: { title: string; children: ComponentChildren }): JSX.Element {
  const session = useSession();
  const texts = useTexts();
  if (may(session, 'admin')) return <>{children}</>;
  return (
    <>
      <h1>{title}</h1>
      <p class="problem">{texts.notAllowed(texts.keys.scopes.admin)}</p>
    </>
  );
}
