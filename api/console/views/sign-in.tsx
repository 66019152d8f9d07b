import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { LanguageChoice } from '../parts/language-choice.js';
import { fieldText } from '../parts/field-text.js';
import { sentenceOf } from '../parts/problem.js';
import { type Session, signIn } from '../session.js';
import { useTexts } from '../texts/texts.js';

interface SignInProps {
  readonly notice: string | null;
  readonly language: string;
  readonly onLanguage: (language: string) => void;
  readonly onSignedIn: (session: Session) => void;
}

export function SignIn({ notice, language, onLanguage, onSignedIn }: SignInProps): JSX.Element {
  const texts = useTexts();
  const [problem, setProblem] = useState<string | null>(notice);
  const [checking, setChecking] = useState(false);

  // There is nothing else to do here.
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const key = fieldText(fields, 'key');
    if (key === '') {
      field.current?.focus();
      return setProblem(texts.signIn.empty);
    }
    setChecking(true);
    setProblem(null);
    try {
      onSignedIn(await signIn(key, fields.get('keep') !== null));
    } catch (error) {
      setProblem(sentenceOf(error, texts));
      setChecking(false);
    }
  };

  return (
    <main class="sign-in">
      <form class="card" onSubmit={(event) => void submit(event)}>
        <p class="brand">{texts.product}</p>
        <h1>{texts.signIn.title}</h1>
        <p>{texts.signIn.lead}</p>
        <div class="field">
          <label for="key">{texts.signIn.key}</label>
          <input
            id="key"
            name="key"
            type="password"
            autocomplete="off"
            spellcheck={false}
            aria-describedby="key-help"
            ref={field}
          />
          <p id="key-help" class="help">
            {texts.signIn.keyHelp}
          </p>
        </div>
        <label class="choice">
          <input type="checkbox" name="keep" defaultChecked />
          {texts.signIn.keep}
        </label>
        <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
        <button type="submit" disabled={checking}>
          {checking ? texts.signIn.checking : texts.signIn.submit}
        </button>
      </form>
      <LanguageChoice language={language} onLanguage={onLanguage} />
    </main>
  );
}
