import type { Config } from '../config.js';
import { unknownSettingSentence } from '../config/unknown-settings.js';
import { findModel } from './find-model.js';
import { findPhiModel } from './find-phi-model.js';
import { lookAtDatabase } from './look-at-database.js';
import { lookAtEngine } from './look-at-engine.js';
import { lookAtKeys } from './look-at-keys.js';
import { lookAtObjects } from './look-at-objects.js';
import { migrateDatabase } from './migrate-database.js';
import { ALL_WELL, StartRefused } from './start-refused.js';

/**
 * Looks at everything that a process needs before it opens any of it, so that all that is wrong is said at once.
 * Then brings the schema up to date, where the settings ask for it. Gives the settings with the models found, and warnings for people. Errors: `StartRefused`.
 */
export async function prepareStart(
  config: Config,
  process: 'api' | 'worker',
): Promise<{ config: Config; warnings: readonly string[] }> {
  const looks = await Promise.all([
    config.databaseUrl === null
      ? { problems: [], warnings: [] }
      : lookAtDatabase(config.databaseUrl, { schema: config.migratesAtStart ? 'any' : 'ready' }),
    lookAtObjects(config.objectStore),
    lookAtEngine(config.temporal.variables, { needed: process === 'worker' }),
  ]);
  const model = await findModel(config);
  const phiModel = await findPhiModel(config);
  const problems = [...looks, model, phiModel].flatMap((look) => look.problems);
  if (problems.length > 0) throw new StartRefused(problems);
  if (config.migratesAtStart && config.databaseUrl !== null) await migrateDatabase(config.databaseUrl);
  const keys = config.databaseUrl === null ? ALL_WELL : await lookAtKeys(config.databaseUrl, config.encryptionKeys);
  if (keys.problems.length > 0) throw new StartRefused(keys.problems);
  const warnings = [
    ...config.unknown.map(unknownSettingSentence),
    ...[...looks, model, phiModel, keys].flatMap((look) => look.warnings),
  ];
  return { config: { ...config, embedding: model.embedding, screening: phiModel.screening }, warnings };
}
