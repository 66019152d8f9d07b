import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { GenerationBody } from '../../schemas/vector-index.js';
import { AdminsOnly } from '../parts/admins-only.js';
import { useLoad, Waiting } from '../parts/load.js';
import { Said } from '../parts/said.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { IndexTable } from './vectors/index-table.js';
import { Move } from './vectors/move.js';
import { MoveForm } from './vectors/move-form.js';

/** Building takes minutes to hours, and a step of it seconds. */
const LOOK_EVERY_MS = 3_000;

export function Vectors(): JSX.Element {
  const texts = useTexts();
  return (
    <AdminsOnly title={texts.moves.title}>
      <VectorIndexes />
    </AdminsOnly>
  );
}

function VectorIndexes(): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.moves;
  const { data, error, reload } = useLoad(() => client.vectorIndexes(), [client]);
  const [said, setSaid] = useState<string | null>(null);
  const moving = data?.vectorIndexes.filter(isMoving) ?? [];
  // A move that has just begun is in the list a moment later.
  const [begun, setBegun] = useState<string | null>(null);
  // One that was decided on leaves the list a moment later, and somebody else may decide.
  const isWaiting = moving.length > 0 || begun !== null;
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setInterval(reload, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWaiting, reload]);
  const tell = (sentence: string): void => {
    setSaid(sentence);
    reload();
  };
  return (
    <>
      <h1>{words.title}</h1>
      <p class="lead">{words.lead}</p>
      <Said said={said} />
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : (
        <>
          {moving.length === 0 ? null : (
            <section aria-labelledby="moves">
              <h2 id="moves">{words.under}</h2>
              {moving.map((index) => (
                <Move
                  key={index.vectorIndexId}
                  index={index}
                  onDone={(sentence) => {
                    setBegun(null);
                    tell(sentence);
                  }}
                />
              ))}
            </section>
          )}
          <section aria-labelledby="indexes">
            <h2 id="indexes">{words.indexes}</h2>
            {data.vectorIndexes.length === 0 ? (
              <p class="empty">{words.none}</p>
            ) : (
              <IndexTable indexes={data.vectorIndexes} />
            )}
          </section>
          <section aria-labelledby="begin">
            <h2 id="begin">{words.begin}</h2>
            {data.models.length < 2 && data.stores.length < 2 ? (
              <p class="help">{words.noModels}</p>
            ) : (
              <MoveForm
                models={data.models}
                stores={data.stores}
                onBegun={(runId, sentence) => {
                  setBegun(runId);
                  tell(sentence);
                }}
              />
            )}
          </section>
        </>
      )}
    </>
  );
}

export type MovingIndex = GenerationBody & { readonly move: NonNullable<GenerationBody['move']> };

function isMoving(index: GenerationBody): index is MovingIndex {
  return index.move !== null;
}
