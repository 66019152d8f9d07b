import type { JSX } from 'preact';
import type { GenerationBody } from '../../../schemas/vector-index.js';
import { useTexts } from '../../texts/texts.js';

/** Every generation of vectors that there is. */
export function IndexTable({ indexes }: { indexes: readonly GenerationBody[] }): JSX.Element {
  const texts = useTexts();
  const words = texts.moves;
  return (
    <div class="scroll" tabIndex={0} role="region" aria-label={words.indexes}>
      <table>
        <thead>
          <tr>
            <th scope="col">{texts.collection}</th>
            <th scope="col">{words.model}</th>
            <th scope="col">{words.store}</th>
            <th scope="col">{words.state}</th>
          </tr>
        </thead>
        <tbody>
          {indexes.map(({ vectorIndexId, collection, model, dimensions, store, state, complete }) => (
            <tr key={vectorIndexId}>
              <th scope="row">{collection}</th>
              <td data-label={words.model}>
                {model} ({dimensions})
              </td>
              <td data-label={words.store}>{words.stores[store]}</td>
              <td data-label={words.state}>
                <span class={`badge ${state === 'live' ? 'good' : state === 'building' ? 'busy' : 'plain'}`}>
                  {words.states[state]}
                </span>
                {complete ? null : <span class="help"> {words.incomplete}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
