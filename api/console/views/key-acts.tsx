import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Plan } from '../../../core/contract/plans.js';
import type { KeyBody } from '../../schemas/key.js';
import { Confirm } from '../parts/confirm.js';
import { useDeeds } from '../parts/deed.js';
import { useSession } from '../session.js';
import { useTexts } from '../texts/texts.js';
import { PlanField } from './plan-field.js';
import { rightsOf } from './rights-of.js';

interface KeyActProps {
  readonly of: KeyBody;
  /** With a sentence that says what was done. */
  readonly onDone: (said: string) => void;
  readonly onClose: () => void;
}

export function ChangePlan({ of, onDone, onClose }: KeyActProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.keys;
  const [plan, setPlan] = useState<Plan>(of.plan);
  const { busy, problem, act } = useDeeds();
  const change = (): Promise<void> =>
    act(async () => {
      await client.changeKeyPlan(of.keyId, plan);
      onDone(words.planChanged(of.name, plan));
    });
  return (
    <Confirm
      title={words.planOf(of.name)}
      act={words.changePlanNow}
      busy={busy}
      onConfirm={() => void change()}
      onClose={onClose}
    >
      <PlanField id="changed-plan" plan={plan} onPlan={setPlan} />
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
    </Confirm>
  );
}

export function RevokeKey({ of, onDone, onClose }: KeyActProps): JSX.Element {
  const { client } = useSession();
  const texts = useTexts();
  const words = texts.keys;
  const { busy, problem, act } = useDeeds();
  const revoke = (): Promise<void> =>
    act(async () => {
      await client.revokeKey(of.keyId);
      onDone(words.revoked(of.name));
    });
  return (
    <Confirm
      title={words.revokeTitle(of.name)}
      act={words.revokeNow}
      destructive
      busy={busy}
      onConfirm={() => void revoke()}
      onClose={onClose}
    >
      <p>{words.stops(of.collections === null ? texts.collectionsLimit.allShort : of.collections.join(', '))}</p>
      <ul>
        {rightsOf(of).map((scope) => (
          <li key={scope}>{words.scopes[scope]}</li>
        ))}
      </ul>
      <p>{words.stays}</p>
      <p>{words.noWayBack}</p>
      <div role="alert">{problem === null ? null : <p class="problem">{problem}</p>}</div>
    </Confirm>
  );
}
