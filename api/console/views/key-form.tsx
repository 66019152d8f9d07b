import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Plan } from '../../../core/contract/plans.js';
import { KEY_SCOPES, type KeyScope, SAFETY_LEVELS, type SafetyLevel } from '../../../core/contract/states.js';
import type { CreatedKey } from '../../schemas/key.js';
import { Choices } from '../parts/choices.js';
import { CollectionsLimit } from '../parts/collections-limit.js';
import { useDeeds } from '../parts/deed.js';
import { fieldText } from '../parts/field-text.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { PlanField } from './plan-field.js';

/** What a chat service needs; more is for the person who makes the key to say. */
const USUAL_SCOPES: readonly KeyScope[] = ['search', 'read'];

export function KeyForm({ onMade }: { onMade: (key: CreatedKey) => void }): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.keys;
  const [scopes, setScopes] = useState<ReadonlySet<KeyScope>>(new Set(USUAL_SCOPES));
  const [collections, setCollections] = useState<ReadonlySet<string> | null>(null);
  const [level, setLevel] = useState<SafetyLevel>('public');
  const [plan, setPlan] = useState<Plan>('pro');
  const { busy, problem, setProblem, act } = useDeeds();

  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const name = fieldText(fields, 'name');
    const lastDay = fieldText(fields, 'until');
    if (name === '') return setProblem(words.nameNeeded);
    if (scopes.size === 0) return setProblem(words.rightNeeded);
    if (collections?.size === 0) return setProblem(texts.collectionsLimit.needed);
    void act(async () =>
      onMade(
        await client.createKey({
          name,
          scopes: [...scopes],
          safetyLevel: level,
          plan,
          ...(collections === null ? {} : { collections: [...collections] }),
          ...(lastDay === '' ? {} : { expiresAt: endOf(lastDay) }),
        }),
      ),
    );
  };
  return (
    <form class="card" onSubmit={submit} noValidate>
      <div class="field">
        <label for="key-name">{words.name}</label>
        <input id="key-name" name="name" maxLength={100} autocomplete="off" aria-describedby="key-name-help" />
        <p id="key-name-help" class="help">
          {words.nameHelp}
        </p>
      </div>
      <Choices
        legend={words.rights}
        options={KEY_SCOPES}
        chosen={scopes}
        labelOf={(scope) => words.scopes[scope]}
        onChange={setScopes}
      />
      <CollectionsLimit limit={collections} onChange={setCollections} />
      <div class="side-by-side">
        <div class="field">
          <label for="key-level">{words.level}</label>
          <select
            id="key-level"
            value={level}
            aria-describedby="key-level-help"
            onChange={({ currentTarget }) =>
              setLevel(SAFETY_LEVELS.find((one) => one === currentTarget.value) ?? level)
            }
          >
            {SAFETY_LEVELS.map((one) => (
              <option key={one} value={one}>
                {words.levels[one]}
              </option>
            ))}
          </select>
          <p id="key-level-help" class="help">
            {words.levelHelp}
          </p>
        </div>
        <PlanField id="key-plan" plan={plan} onPlan={setPlan} />
        <div class="field">
          <label for="key-until">{words.lastDay}</label>
          <input id="key-until" name="until" type="date" aria-describedby="key-until-help" />
          <p id="key-until-help" class="help">
            {words.lastDayHelp}
          </p>
        </div>
      </div>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
      <button type="submit" disabled={busy}>
        {busy ? texts.document.working : words.makeNow}
      </button>
    </form>
  );
}

/** The last second of a calendar day of the user, as the API takes moments. */
function endOf(day: string): string {
  return new Date(`${day}T23:59:59`).toISOString();
}
