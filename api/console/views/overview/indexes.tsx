import type { JSX } from 'preact';
import { useLoad, Waiting } from '../../parts/load.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';

/** The generations of vectors, and the moves that are under way. */
export function Indexes(): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.overview;
  const { data, error, reload } = useLoad(() => client.vectorIndexes(), [client]);
  return (
    <section aria-labelledby="indexes">
      <h2 id="indexes">{words.indexes}</h2>
      {data === null ? (
        <Waiting error={error} reload={reload} />
      ) : data.vectorIndexes.length === 0 ? (
        <p class="help">{words.noIndexes}</p>
      ) : (
        <div class="scroll" tabIndex={0} role="region" aria-label={`${words.indexes}: ${words.table}`}>
          <table>
            <thead>
              <tr>
                <th scope="col">{texts.collection}</th>
                <th scope="col">{words.model}</th>
                <th scope="col">{texts.upload.state}</th>
              </tr>
            </thead>
            <tbody>
              {data.vectorIndexes.map(({ vectorIndexId, collection, model, dimensions, store, state, complete }) => (
                <tr key={vectorIndexId}>
                  <th scope="row">{collection}</th>
                  <td data-label={words.model}>
                    {model} ({dimensions}), {store}
                  </td>
                  <td data-label={texts.upload.state}>
                    <span class={`badge ${state === 'live' ? 'good' : state === 'building' ? 'busy' : 'plain'}`}>
                      {words.indexStates[state]}
                    </span>
                    {complete ? null : <span class="help"> {words.incomplete}</span>}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
