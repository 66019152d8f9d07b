import { TestWorkflowEnvironment } from '@temporalio/testing';
import { SEARCH_ATTRIBUTE_TYPES } from '../../core/contract/search-attributes.js';
export function startTemporal(): Promise<TestWorkflowEnvironment> {
  return TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path: process.env['TEMPORAL_CLI'] ?? 'temporal' },
      extraArgs: ['--dynamic-config-value', 'matching.useNewMatcher=true', ...Object.entries(SEARCH_ATTRIBUTE_TYPES).flatMap(([n, t]) => ['--search-attribute', `${n}=${t === 'INT' ? 'Int' : 'Keyword'}`])],
    },
  });
}
