import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { PHI_CATEGORIES } from '../../../../core/contract/finding.js';
import { REMEMBER_SCOPES, REVIEW_VERDICTS } from '../../../../core/contract/review-messages.js';
import type { DecidedReviews, DecideReviews, RecogniserList } from '../../../schemas/review.js';
import { CollectionChoice } from '../../parts/collection-choice.js';
import { useDeeds } from '../../parts/deed.js';
import { useLoad } from '../../parts/load.js';
import { useSession } from '../../session.js';
import { useTexts } from '../../texts/texts.js';
import { BulkPreview } from './bulk-preview.js';

export interface Previewed {
  readonly asked: Pick<DecideReviews, 'decision' | 'reason' | 'remember'>;
  readonly foreseen: DecidedReviews;
}

interface BulkProps {
  readonly recognisers: RecogniserList['recognisers'];
  /** The one whose documents are to be decided on; `null`: any. */
  readonly recogniser: string | null;
  readonly onRecogniser: (recogniser: string | null) => void;
  readonly onDone: (said: string) => void;
}

/** One decision for all that is held alike: what it would do is said in numbers first. */
export function Bulk({ recognisers, recogniser, onRecogniser, onDone }: BulkProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.bulk;
  const collections = useLoad(() => client.collections(), [client]);
  const [collection, setCollection] = useState<string | null>(null);
  const [category, setCategory] = useState('');
  const [value, setValue] = useState('');
  const [decision, setDecision] = useState<DecideReviews['decision']>('redact');
  const [reason, setReason] = useState('');
  const [remember, setRemember] = useState<NonNullable<DecideReviews['remember']>>('document');
  const [previewed, setPreviewed] = useState<Previewed | null>(null);
  const { busy, problem, setProblem, act } = useDeeds();

  const preview = (event: SubmitEvent): void => {
    event.preventDefault();
    const known = PHI_CATEGORIES.find((one) => one === category);
    const filter = {
      ...(collection === null ? {} : { collection }),
      ...(known === undefined ? {} : { category: known }),
      ...(recogniser === null ? {} : { recogniser }),
      ...(value === '' ? {} : { value }),
    };
    if (Object.keys(filter).length === 0) return setProblem(words.filterNeeded);
    if (decision === 'approve' && reason.trim() === '') return setProblem(texts.reviews.reasonNeeded);
    const asked = { decision, remember, ...(reason.trim() === '' ? {} : { reason: reason.trim() }) };
    void act(async () =>
      setPreviewed({ asked, foreseen: await client.decideReviews({ ...asked, filter, dryRun: true }) }),
    );
  };
  return (
    <form class="card" onSubmit={preview} noValidate>
      <p>{words.lead}</p>
      <div class="side-by-side">
        <CollectionChoice
          id="bulk-collection"
          collections={collections.data?.collections ?? []}
          chosen={collection}
          all={texts.collectionsLimit.allShort}
          onChoose={setCollection}
        />
        <div class="field">
          <label for="bulk-category">{texts.reviews.category}</label>
          <select id="bulk-category" value={category} onChange={(event) => setCategory(event.currentTarget.value)}>
            <option value="">{words.anyCategory}</option>
            {PHI_CATEGORIES.map((one) => (
              <option key={one} value={one}>
                {texts.reviews.categories[one] ?? one}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="bulk-recogniser">{words.recogniser}</label>
          <select
            id="bulk-recogniser"
            value={recogniser ?? ''}
            onChange={(event) => onRecogniser(event.currentTarget.value || null)}
          >
            <option value="">{words.anyRecogniser}</option>
            {[...new Set(recognisers.map((one) => one.recogniser))].map((one) => (
              <option key={one} value={one}>
                {one}
              </option>
            ))}
          </select>
        </div>
        <div class="field">
          <label for="bulk-value">{words.value}</label>
          <input
            id="bulk-value"
            value={value}
            maxLength={500}
            autocomplete="off"
            aria-describedby="bulk-value-help"
            onInput={(event) => setValue(event.currentTarget.value)}
          />
          <p id="bulk-value-help" class="help">
            {words.valueHelp}
          </p>
        </div>
      </div>
      <fieldset class="choices">
        <legend>{texts.reviews.decision}</legend>
        {REVIEW_VERDICTS.map((one) => (
          <label key={one} class="choice">
            <input type="radio" name="bulk-decision" checked={decision === one} onChange={() => setDecision(one)} />
            {words.decisions[one]}
          </label>
        ))}
      </fieldset>
      <div class="side-by-side">
        <div class="field">
          <label for="bulk-reason">{texts.reviews.reason}</label>
          <textarea
            id="bulk-reason"
            rows={2}
            maxLength={1000}
            value={reason}
            aria-describedby="bulk-reason-help"
            onInput={(event) => setReason(event.currentTarget.value)}
          />
          <p id="bulk-reason-help" class="help">
            {texts.reviews.reasonHelp}
          </p>
        </div>
        {decision === 'approve' ? (
          <div class="field">
            <label for="bulk-remember">{words.remember}</label>
            <select
              id="bulk-remember"
              value={remember}
              onChange={(event) =>
                setRemember(REMEMBER_SCOPES.find((one) => one === event.currentTarget.value) ?? remember)
              }
            >
              {REMEMBER_SCOPES.map((one) => (
                <option key={one} value={one}>
                  {words.remembers[one]}
                </option>
              ))}
            </select>
          </div>
        ) : null}
      </div>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
      <button type="submit" disabled={busy}>
        {busy ? texts.document.working : words.preview}
      </button>
      {previewed === null ? null : (
        <BulkPreview
          previewed={previewed}
          onClose={() => setPreviewed(null)}
          onDone={(said) => {
            setPreviewed(null);
            onDone(said);
          }}
        />
      )}
    </form>
  );
}
