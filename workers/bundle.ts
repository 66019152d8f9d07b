import { writeFile } from 'node:fs/promises';
import { bundleWorkflowCode } from '@temporalio/worker';
import { entryPoint } from '../infra/entry-point.js';
import { FAILURE_CONVERTER_PATH } from '../infra/temporal/data-converter.js';

/** Where the build puts the workflow code that workers run. */
export const WORKFLOW_BUNDLE = entryPoint('workflow-bundle.js');

/**
 * Bundles the compiled workflows once at build time: workers start in a second instead of running webpack, and all
 * processes of one build run the same workflow code.
 */
export async function bundleWorkflows(): Promise<void> {
  const quiet = () => undefined;
  const logger = { log: quiet, trace: quiet, debug: quiet, info: quiet, warn: console.warn, error: console.error };
  const { code } = await bundleWorkflowCode({
    workflowsPath: entryPoint('workflows/index.js'),
    failureConverterPath: FAILURE_CONVERTER_PATH,
    logger,
  });
  await writeFile(WORKFLOW_BUNDLE, code);
}

if (process.argv[1] === entryPoint('workers/bundle.js')) await bundleWorkflows();
