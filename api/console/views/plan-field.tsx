import type { JSX } from 'preact';
import { type Plan, PLANS } from '../../../core/contract/plans.js';
import { useTexts } from '../texts/texts.js';

export function PlanField({ id, plan, onPlan }: { id: string; plan: Plan; onPlan: (plan: Plan) => void }): JSX.Element {
  const words = useTexts().keys;
  return (
    <div class="field">
      <label for={id}>{words.plan}</label>
      <select
        id={id}
        value={plan}
        aria-describedby={`${id}-help`}
        onChange={({ currentTarget }) => onPlan(PLANS.find((one) => one === currentTarget.value) ?? plan)}
      >
        {PLANS.map((one) => (
          <option key={one} value={one}>
            {one}
          </option>
        ))}
      </select>
      <p id={`${id}-help`} class="help">
        {words.planHelp}
      </p>
    </div>
  );
}
