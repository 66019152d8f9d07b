import { expect, test } from 'vitest';
import { storedDecisionOf, withDecision } from '../../../core/contract/stored-decision.js';

const decision = (reason: string) => ({ verdict: 'approve', actor: 'key-1', reason, remember: 'nowhere' }) as const;

test('what each review decided stays, however often one decides', () => {
  const first = { reviewId: 'one', decision: decision('first') };
  const second = { reviewId: 'two', decision: decision('second') };
  const stored = withDecision(withDecision(withDecision(null, first), second), second);
  expect([storedDecisionOf(stored, 'one')?.reason, storedDecisionOf(stored, 'two')?.reason]).toEqual([
    'first',
    'second',
  ]);
  expect(stored.former).toHaveLength(1);
});

test('of a version with one review nothing else is stored, and no other review has its decision', () => {
  const decided = { reviewId: 'one', decision: decision('first') };
  const stored = withDecision(null, decided);
  expect(withDecision(stored, decided)).toEqual(decided);
  expect([storedDecisionOf(stored, 'two'), storedDecisionOf(null, 'one')]).toEqual([null, null]);
});
