import type { JSX } from 'preact';
import { useLoad, Waiting } from '../../parts/load.js';
import { address } from '../../routing.js';
import { isWholeAdmin, useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';
import { IndexTable } from '../vectors/index-table.js';

/** The generations of vectors; where they are moved is a view of its own. */
export function Indexes(): JSX.Element {
  const session = useSession();
  const { client } = session;
  const texts = useTexts();
  const words = texts.moves;
  const { data, error, reload } = useLoad(() => client.vectorIndexes(), [client]);
  return (
    <section aria-labelledby="indexes">
      <h2 id="indexes">{words.indexes}</h2>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : data.vectorIndexes.length === 0 ? (
        <p class="help">{words.none}</p>
      ) : (
        <IndexTable indexes={data.vectorIndexes} />
      )}
      {isWholeAdmin(session) ? (
        <p>
          <a href={address('vectors')}>{words.begin}</a>
        </p>
      ) : null}
    </section>
  );
}
