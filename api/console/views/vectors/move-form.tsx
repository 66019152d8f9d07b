import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { MOVE_POLICIES, type MovePolicy } from '../../../../core/contract/move-messages.js';
import type { GenerationList, MoveEstimateBody, MoveTarget } from '../../../schemas/vector-index.js';
import { CollectionChoice } from '../../parts/collection-choice.js';
import { useDeeds } from '../../parts/deed.js';
import { useLoad, Waiting } from '../../parts/load.js';
import { fieldText } from '../../parts/field-text.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';

/** The API's own default. */
const KEEP_DAYS = 7;
const MAX_KEEP_DAYS = 365;

type Store = GenerationList['stores'][number];

interface MoveFormProps {
  readonly models: readonly string[];
  readonly stores: readonly Store[];
  readonly onBegun: (runId: string, sentence: string) => void;
}

/** Where to, and what it costs; both are asked of the API, which knows what can be done. */
export function MoveForm({ models, stores, onBegun }: MoveFormProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.moves;
  const collections = useLoad(() => client.collections(), [client]);
  const [collection, setCollection] = useState<string | null>(null);
  const [model, setModel] = useState<string | null>(null);
  const [store, setStore] = useState<Store | null>(null);
  const [policy, setPolicy] = useState<MovePolicy>('ask');
  const [estimate, setEstimate] = useState<MoveEstimateBody | null>(null);
  const { busy, problem, setProblem, act } = useDeeds();

  const target = (): MoveTarget | null => {
    if (collection === null) setProblem(words.collectionNeeded);
    else if (model === null && store === null) setProblem(words.placeNeeded);
    else return { collection, ...(model === null ? {} : { model }), ...(store === null ? {} : { store }) };
    return null;
  };
  const estimateNow = (): void => {
    const asked = target();
    if (asked) void act(async () => setEstimate(await client.estimateMove(asked)));
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const fields = new FormData(event.target as HTMLFormElement);
    const asked = target();
    if (!asked) return;
    const questions = fieldText(fields, 'questions')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '')
      .map((query) => ({ query }));
    void act(async () => {
      const keepDays = Number(fieldText(fields, 'keep'));
      const { runId, joined } = await client.startMove({ ...asked, policy, keepDays, questions });
      setEstimate(null);
      onBegun(runId, joined ? words.joined : words.started);
    });
  };
  const changed = (): void => {
    setEstimate(null);
    setProblem(null);
  };
  if (collections.data === null) return <Waiting error={collections.error} reload={collections.reload} />;
  return (
    <form class="card" onSubmit={submit} noValidate>
      <div class="side-by-side">
        <CollectionChoice
          id="move-collection"
          collections={collections.data.collections}
          chosen={collection}
          all={texts.choose}
          onChoose={(name) => {
            setCollection(name);
            changed();
          }}
        />
        <Choice
          id="move-model"
          label={words.model}
          options={models.map((name) => [name, name])}
          chosen={model}
          onChoose={(name) => {
            setModel(name);
            changed();
          }}
        />
        <Choice
          id="move-store"
          label={words.store}
          options={stores.map((name) => [name, words.stores[name]])}
          chosen={store}
          onChoose={(name) => {
            setStore(stores.find((one) => one === name) ?? null);
            changed();
          }}
        />
        <div class="field">
          <label for="move-policy">{words.policy}</label>
          <select
            id="move-policy"
            value={policy}
            onChange={({ currentTarget }) =>
              setPolicy(MOVE_POLICIES.find((one) => one === currentTarget.value) ?? policy)
            }
          >
            {MOVE_POLICIES.map((one) => (
              <option key={one} value={one}>
                {words.policies[one]}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="move-keep">{words.keepDays}</label>
          <input
            id="move-keep"
            name="keep"
            type="number"
            min={0}
            max={MAX_KEEP_DAYS}
            defaultValue={String(KEEP_DAYS)}
          />
        </div>
      </div>
      <div class="field">
        <label for="move-questions">{words.questionsField}</label>
        <textarea id="move-questions" name="questions" rows={4} aria-describedby="move-questions-help" />
        <p id="move-questions-help" class="help">
          {words.questionsHelp}
        </p>
      </div>
      <div role="status">{estimate === null ? null : <Estimate estimate={estimate} />}</div>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
      <div class="actions">
        <button type="button" class="quiet" disabled={busy} onClick={estimateNow}>
          {words.estimate}
        </button>
        <button type="submit" disabled={busy}>
          {busy ? texts.document.working : words.start}
        </button>
      </div>
    </form>
  );
}

function Estimate({ estimate }: { estimate: MoveEstimateBody }): JSX.Element {
  const texts = useTexts();
  const words = texts.moves;
  const { chunks, tokens, tooLong, seconds, bytes } = estimate;
  const unit = (value: number, name: string, maximumFractionDigits = 0): string =>
    value.toLocaleString(texts.locale, { style: 'unit', unit: name, unitDisplay: 'long', maximumFractionDigits });
  const time =
    seconds === null
      ? words.unknownTime
      : seconds < 120
        ? unit(Math.ceil(seconds), 'second')
        : seconds < 7_200
          ? unit(Math.ceil(seconds / 60), 'minute')
          : unit(seconds / 3_600, 'hour', 1);
  const count = (number: number): string => number.toLocaleString(texts.locale);
  return (
    <>
      <p>{words.estimated(words.passages(chunks), count(tokens), time, unit(bytes / 1e6, 'megabyte', 1))}</p>
      {tooLong === 0 ? null : <p class="note">{words.tooLong(tooLong)}</p>}
    </>
  );
}

interface ChoiceProps {
  readonly id: string;
  readonly label: string;
  /** Value and text. */
  readonly options: readonly (readonly [string, string])[];
  /** `null`: it stays as it is. */
  readonly chosen: string | null;
  readonly onChoose: (value: string | null) => void;
}

function Choice({ id, label, options, chosen, onChoose }: ChoiceProps): JSX.Element {
  const { moves } = useTexts();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select id={id} value={chosen ?? ''} onChange={({ currentTarget }) => onChoose(currentTarget.value || null)}>
        <option value="">{moves.asItIs}</option>
        {options.map(([value, text]) => (
          <option key={value} value={value}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
