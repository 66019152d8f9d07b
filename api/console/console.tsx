import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiRefusal } from '../client/answers.js';
import { address, type Route, useRoute } from './routing.js';
import { forget, isWholeAdmin, keptKey, may, type Session, SessionContext, signIn } from './session.js';
import { LanguageChoice } from './parts/language-choice.js';
import { chooseLanguage, LANGUAGES, preferredLanguage, TextsContext, useTexts } from './texts/texts.js';
import { en } from './texts/en.js';
import { SignIn } from './views/sign-in.js';
import { DocumentView } from './views/document.js';
import { Golden } from './views/golden.js';
import { Keys } from './views/keys.js';
import { Library } from './views/library.js';
import { Overview } from './views/overview.js';
import { Reviews } from './views/reviews.js';
import { Search } from './views/search.js';
import { Upload } from './views/upload.js';
import { Vectors } from './views/vectors.js';
import { Webhooks } from './views/webhooks.js';

/** What a key may look at decides what the navigation offers. */
const VIEWS = [
  { view: 'upload', scope: 'ingest' },
  { view: 'library', scope: 'read' },
  { view: 'search', scope: 'search' },
  { view: 'reviews', scope: 'phi:review' },
  { view: 'overview', scope: 'read' },
  { view: 'keys', scope: 'admin' },
  { view: 'webhooks', scope: 'admin' },
  { view: 'vectors', scope: 'admin' },
] as const;

/** Views without a place of their own in the navigation, and the place that they are a part of. */
const ABOVE: Readonly<Record<string, string>> = { document: 'library', golden: 'search' };

export function Console(): JSX.Element {
  const [language, setLanguage] = useState(preferredLanguage);
  const [session, setSession] = useState<Session | null>(null);
  const [notice, setNotice] = useState<string | null>(null);
  const [restoring, setRestoring] = useState(keptKey() !== null);
  const texts = LANGUAGES[language] ?? en;

  useEffect(() => {
    document.documentElement.lang = texts.locale;
  }, [texts]);

  useEffect(() => {
    const kept = keptKey();
    if (kept === null) return;
    signIn(kept, true)
      .then(setSession)
      .catch((error: unknown) => {
        // A system that is being restarted does not sign anybody out.
        if (error instanceof ApiRefusal && error.status === 401) forget();
        setNotice(error instanceof ApiRefusal ? texts.signIn.ended : texts.unreachable);
      })
      .finally(() => setRestoring(false));
  }, []);

  const change = (next: string): void => {
    chooseLanguage(next);
    setLanguage(next);
  };
  const leave = (): void => {
    session?.outbox.stopAll();
    forget();
    setNotice(null);
    setSession(null);
  };

  return (
    <TextsContext.Provider value={texts}>
      {restoring ? (
        <p class="page">{texts.loading}</p>
      ) : session ? (
        <SessionContext.Provider value={session}>
          <Frame language={language} onLanguage={change} session={session} onSignOut={leave} />
        </SessionContext.Provider>
      ) : (
        <SignIn notice={notice} onSignedIn={setSession} language={language} onLanguage={change} />
      )}
    </TextsContext.Provider>
  );
}

interface FrameProps {
  readonly language: string;
  readonly session: Session;
  readonly onLanguage: (language: string) => void;
  readonly onSignOut: () => void;
}

function Frame({ language, session, onLanguage, onSignOut }: FrameProps): JSX.Element {
  const texts = useTexts();
  const route = useRoute();
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (session.outbox.busy) event.preventDefault();
    };
    addEventListener('beforeunload', warn);
    return () => removeEventListener('beforeunload', warn);
  }, [session]);
  // A file that is dropped beside its place would take the page's place, and what is being sent with it.
  useEffect(() => {
    const refuse = (event: DragEvent): void => {
      if (event.defaultPrevented || !event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    };
    addEventListener('dragover', refuse);
    addEventListener('drop', refuse);
    return () => {
      removeEventListener('dragover', refuse);
      removeEventListener('drop', refuse);
    };
  }, []);
  const offered = VIEWS.filter(({ scope }) => (scope === 'admin' ? isWholeAdmin(session) : may(session, scope)));
  const view = route.view === '' ? (offered[0]?.view ?? 'search') : route.view;
  const place = ABOVE[view] ?? view;
  const needs = VIEWS.find((one) => one.view === place)?.scope;
  const lacks = needs === undefined || needs === 'admin' || may(session, needs) ? null : needs;
  // On a telephone the places stand in one line that is pushed sideways.
  useEffect(() => {
    document.querySelector('nav [aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [place]);
  return (
    <>
      <a class="skip" href="#content" onClick={skipToContent}>
        {texts.skip}
      </a>
      <header class="top">
        <a class="brand" href={address('')}>
          {texts.product}
        </a>
        <nav aria-label={texts.nav.label}>
          <ul>
            {offered.map(({ view: one }) => (
              <li key={one}>
                <a href={address(one)} aria-current={place === one ? 'page' : undefined}>
                  {texts.nav[one]}
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="aside">
          <LanguageChoice language={language} onLanguage={onLanguage} />
          <button type="button" class="quiet" onClick={onSignOut}>
            {texts.nav.signOut}
          </button>
        </div>
      </header>
      <Content title={titleOf(view, texts)} place={`${view}/${route.subject ?? ''}`}>
        {lacks === null ? (
          showView(view, route)
        ) : (
          <>
            <h1>{titleOf(view, texts)}</h1>
            <p class="problem">{texts.notAllowed(texts.keys.scopes[lacks])}</p>
          </>
        )}
      </Content>
      <footer>
        <a href="/docs/" target="_blank" rel="noopener noreferrer">
          {texts.nav.api}
        </a>
      </footer>
    </>
  );
}

function showView(view: string, route: Route): JSX.Element {
  switch (view) {
    case 'upload':
      return <Upload collection={route.subject} />;
    case 'library':
      return <Library collection={route.subject} query={route.query} />;
    case 'document':
      return <DocumentView key={route.subject ?? ''} documentId={route.subject ?? ''} query={route.query} />;
    case 'reviews':
      return <Reviews reviewId={route.subject} />;
    case 'overview':
      return <Overview />;
    case 'golden':
      return <Golden query={route.query} />;
    case 'keys':
      return <Keys />;
    case 'vectors':
      return <Vectors />;
    case 'webhooks':
      return <Webhooks webhookId={route.subject} />;
    default:
      return <Search query={route.query} />;
  }
}

function titleOf(view: string, texts: typeof en): string {
  const known: Readonly<Record<string, string>> = texts.nav;
  return view === 'golden' ? texts.golden.title : (known[ABOVE[view] ?? view] ?? texts.nav.search);
}

/** A change of place is told to those who do not see it: the title changes, and the focus goes to the new content. */
function Content({
  title,
  place,
  children,
}: {
  title: string;
  place: string;
  children: ComponentChildren;
}): JSX.Element {
  const main = useRef<HTMLElement>(null);
  const shown = useRef(place);
  const texts = useTexts();
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title, texts]);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    main.current?.focus();
    scrollTo(0, 0);
  }, [place]);
  return (
    <main id="content" class="page" tabIndex={-1} ref={main}>
      {children}
    </main>
  );
}

function skipToContent(event: Event): void {
  event.preventDefault();
  document.getElementById('content')?.focus();
}
