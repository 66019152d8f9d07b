import type { JSX } from 'preact';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { Choices } from './choices.js';
import { useLoad, Waiting } from './load.js';

interface CollectionsLimitProps {
  /** `null`: all of them, also those that are made later. */
  readonly limit: ReadonlySet<string> | null;
  readonly onChange: (limit: ReadonlySet<string> | null) => void;
}

/** All collections, or some of them. */
export function CollectionsLimit({ limit, onChange }: CollectionsLimitProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.collectionsLimit;
  const { data, error, reload } = useLoad(() => client.collections(), [client]);
  return (
    <>
      <fieldset class="choices">
        <legend>{words.legend}</legend>
        <label class="choice">
          <input type="radio" name="collections-limit" checked={limit === null} onChange={() => onChange(null)} />
          {words.all}
        </label>
        <label class="choice">
          <input
            type="radio"
            name="collections-limit"
            checked={limit !== null}
            onChange={() => onChange(limit ?? new Set())}
          />
          {words.some}
        </label>
      </fieldset>
      {limit === null ? null : data === null ? (
        <Waiting error={error} reload={reload} />
      ) : (
        <Choices
          legend={words.which}
          options={data.collections.map(({ name }) => name)}
          chosen={limit}
          labelOf={(name) => name}
          onChange={onChange}
        />
      )}
    </>
  );
}
