import { FakeWorkflowStarter } from '../fakes/fake-workflow-starter.js';
import { workflowStarterContract } from './workflow-starter.contract.js';

workflowStarterContract('fake', async () => {
  const starter = new FakeWorkflowStarter();
  return {
    starter,
    // It has one piece of work for a workflow id, so that its number is that of the first start.
    execution: async ({ workflowId }) =>
      String(starter.started.findIndex((started) => started.workflowId === workflowId) + 1),
    cancelRequested: async ({ workflowId }) => starter.cancelled.includes(workflowId),
    signals: async ({ workflowId }, name) =>
      starter.signals
        .filter((signal) => signal.workflowId === workflowId && signal.name === name)
        .map(({ argument }) => argument),
    answerUpdates: async () => {
      starter.answer = ({ name, argument }) => {
        if (name === 'refuse') throw argument;
        return argument;
      };
      return async () => undefined;
    },
    poll: async (kind) => {
      starter.polled = { ...starter.polled, [kind]: new Date() };
    },
    end: async (run) => starter.end(run),
    stop: async () => undefined,
  };
});
