import type { JSX } from 'preact';
import type { CollectionSummaryBody } from '../../schemas/collection.js';
import { useTexts } from '../texts/texts.js';

interface CollectionChoiceProps {
  readonly id: string;
  readonly collections: readonly CollectionSummaryBody[];
  readonly chosen: string | null;
  /** Text of the choice that names none; absent: one has to be chosen. */
  readonly all?: string;
  readonly onChoose: (name: string | null) => void;
}

export function CollectionChoice({ id, collections, chosen, all, onChoose }: CollectionChoiceProps): JSX.Element {
  const texts = useTexts();
  return (
    <div class="field">
      <label for={id}>{texts.collection}</label>
      <select id={id} value={chosen ?? ''} onChange={(event) => onChoose(event.currentTarget.value || null)}>
        {all === undefined ? null : <option value="">{all}</option>}
        {collections.map(({ name }) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </div>
  );
}
