import { ApplicationFailure, defineSignal, proxyActivities, setCurrentDetails, setHandler } from '@temporalio/workflow';

/** What the tests look for in raw histories. */
export interface Secrets {
  readonly secret: string;
}

const { echo, failTelling } = proxyActivities<{
  echo(secrets: Secrets): Promise<Secrets>;
  failTelling(secrets: Secrets): Promise<void>;
}>({ startToCloseTimeout: '1 minute', retry: { maximumAttempts: 1 } });

export const tell = defineSignal<[Secrets]>('tell');

/** Lets a secret go every way that a payload or a failure can go. */
export async function spreadSecret(secrets: Secrets): Promise<Secrets> {
  setHandler(tell, () => undefined);
  setCurrentDetails(secrets.secret);
  const echoed = await echo(secrets);
  try {
    await failTelling(secrets);
  } catch (error) {
    throw ApplicationFailure.create({
      message: `workflow: ${secrets.secret}`,
      details: [secrets],
      cause: error as Error,
    });
  }
  return echoed;
}
