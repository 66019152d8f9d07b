import { ApplicationFailure, condition, defineUpdate, setHandler } from '@temporalio/workflow';

const decideReview = defineUpdate<unknown, [unknown]>('decideReview');
const refuse = defineUpdate<unknown, [string]>('refuse');

/** Under the name of a real workflow: answers what it is asked, and waits to be ended. */
export async function ingestSource(): Promise<void> {
  setHandler(decideReview, (argument) => argument);
  setHandler(refuse, (code) => {
    throw ApplicationFailure.nonRetryable('refused', code);
  });
  await condition(() => false);
}
