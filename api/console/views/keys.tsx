import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { CreatedKey, KeyBody } from '../../schemas/key.js';
import { AdminsOnly } from '../parts/admins-only.js';
import { useLoad, Waiting } from '../parts/load.js';
import { Said } from '../parts/said.js';
import { ShownOnce } from '../parts/shown-once.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { ChangePlan, RevokeKey } from './key-acts.js';
import { KeyForm } from './key-form.js';
import { KeyTable } from './key-table.js';

export function Keys(): JSX.Element {
  const texts = useTexts();
  return (
    <AdminsOnly title={texts.keys.title}>
      <KeyList />
    </AdminsOnly>
  );
}

type Asked = { readonly act: 'plan' | 'revoke'; readonly of: KeyBody };

function KeyList(): JSX.Element {
  const { client, key: own } = useSession();
  const texts = useTexts();
  const words = texts.keys;
  const { data, error, reload } = useLoad(() => client.keys(), [client]);
  const [made, setMade] = useState<CreatedKey | null>(null);
  const [asked, setAsked] = useState<Asked | null>(null);
  const [said, setSaid] = useState<string | null>(null);
  const done = (sentence: string): void => {
    setSaid(sentence);
    setAsked(null);
    reload();
  };
  const close = (): void => setAsked(null);
  // The key that asks is one of them; whoever has no other has made none yet.
  const isFirst = data?.keys.every(({ keyId }) => keyId === own.keyId) === true;

  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Said said={said} />
      {made === null ? null : (
        <ShownOnce
          title={words.madeTitle(made.name)}
          help={words.once}
          secret={made.key}
          onKept={() => {
            setMade(null);
            setSaid(words.hidden(made.name));
          }}
        />
      )}
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : (
        <>
          {isFirst && made === null ? <p class="empty">{words.first}</p> : null}
          <KeyTable keys={data.keys} own={own.keyId} onAsk={(act, of) => setAsked({ act, of })} />
          <details class="section-more" open={isFirst}>
            <summary>
              <h2>{words.make}</h2>
            </summary>
            <KeyForm
              key={made?.keyId ?? ''}
              onMade={(created) => {
                setSaid(null);
                setMade(created);
                reload();
              }}
            />
          </details>
        </>
      )}
      {asked?.act === 'plan' ? <ChangePlan of={asked.of} onDone={done} onClose={close} /> : null}
      {asked?.act === 'revoke' ? <RevokeKey of={asked.of} onDone={done} onClose={close} /> : null}
    </>
  );
}
