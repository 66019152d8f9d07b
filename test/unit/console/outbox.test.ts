import { describe, expect, it, vi } from 'vitest';
import { ApiRefusal, ApiUnreachable } from '../../../api/client/answers.js';
import { FileStuck, Outbox } from '../../../api/console/sending/outbox.js';
import type { Sender, SendInput } from '../../../api/console/sending/send-input.js';
import { UnsentFiles } from '../../../api/console/sending/unsent-files.js';
import type { AcceptedUpload } from '../../../api/schemas/upload.js';

const accepted = { runId: 'r', workflowId: 'w', sourceId: 's' } as AcceptedUpload;
const away = new ApiUnreachable('http://127.0.0.1', new Error('refused'));

class Tab {
  readonly kept = new Map<string, string>();
  getItem = (name: string) => this.kept.get(name) ?? null;
  setItem = (name: string, value: string) => void this.kept.set(name, value);
  removeItem = (name: string) => void this.kept.delete(name);
}

interface Line {
  /** `null`: the system takes the file. */
  answer: (name: string) => Error | null;
  isUp: boolean;
}

function outboxOver(line: Line, tab = new Tab()) {
  const came: string[] = [];
  const sender = {
    apiKey: 'mk_test',
    client: { currentKey: () => (line.isUp ? Promise.resolve({}) : Promise.reject(away)) },
  } as unknown as Sender;
  const send = ({ fileName }: SendInput): Promise<AcceptedUpload> => {
    const problem = line.answer(fileName);
    if (problem) return Promise.reject(problem);
    came.push(fileName);
    return Promise.resolve(accepted);
  };
  const outbox = new Outbox({ sender, send, unsent: new UnsentFiles(tab), firstPauseMs: 1 });
  return { outbox, came };
}

const chosen = (...names: string[]) => names.map((name) => ({ name, file: new File(['text'], name) }));
const many = chosen(...Array.from({ length: 50 }, (_, index) => `${index}.md`));

describe('files on their way', () => {
  it('wait while the system is away, and go on by themselves', async () => {
    const line: Line = { isUp: false, answer: () => (line.isUp ? null : away) };
    const { outbox, came } = outboxOver(line);
    outbox.add('guidelines', many, { metadata: {} });
    await vi.waitFor(() => expect(outbox.hindrance).toBe(away));
    expect(outbox.files('guidelines').every(({ state }) => state === 'waiting' || state === 'sending')).toBe(true);
    line.isUp = true;
    await vi.waitFor(() => expect(outbox.busy).toBe(false));
    expect(came.toSorted()).toEqual(many.map(({ name }) => name).toSorted());
    expect(outbox.sent('guidelines')).toBe(50);
    expect(outbox.hindrance).toBeNull();
  });

  it('go before others where they are urgent', async () => {
    const line: Line = { isUp: false, answer: () => (line.isUp ? null : away) };
    const { outbox, came } = outboxOver(line);
    outbox.add('guidelines', many, { metadata: {} });
    outbox.add('guidelines', chosen('urgent.md'), { metadata: {}, urgent: true });
    await vi.waitFor(() => expect(outbox.hindrance).toBe(away));
    line.isUp = true;
    await vi.waitFor(() => expect(outbox.busy).toBe(false));
    expect(came[0]).toBe('urgent.md');
    expect(came).toHaveLength(51);
  });

  it('wait as long as the system says when it takes no more for now', async () => {
    let refusals = 3;
    const busy = new ApiRefusal(429, 'RATE_LIMITED', 'Too many.', 'id', undefined, 1);
    const { outbox, came } = outboxOver({ isUp: true, answer: () => (refusals-- > 0 ? busy : null) });
    outbox.add('guidelines', many, { metadata: {} });
    await vi.waitFor(() => expect(outbox.busy).toBe(false));
    expect(came).toHaveLength(50);
  });

  it('do not wait behind one that gets through by no means', async () => {
    const { outbox, came } = outboxOver({ isUp: true, answer: (name) => (name === 'moved.md' ? away : null) });
    outbox.add('guidelines', chosen('moved.md', 'a.md', 'b.md'), { metadata: {} });
    await vi.waitFor(() => expect(outbox.busy).toBe(false));
    expect(came).toEqual(['a.md', 'b.md']);
    const [left] = outbox.files('guidelines');
    expect(left).toMatchObject({ name: 'moved.md', state: 'failed' });
    expect(left?.error).toBeInstanceOf(FileStuck);
  });

  it('are refused once and for all where another try changes nothing, and can all be sent again', async () => {
    const empty = new ApiRefusal(400, 'FILE_EMPTY', 'The file is empty.', 'id');
    const spent = new ApiRefusal(429, 'QUOTA_EXCEEDED', 'Spent.', 'id');
    let mended = false;
    const { outbox, came } = outboxOver({
      isUp: true,
      answer: (name) => (mended ? null : name === 'a.md' ? empty : spent),
    });
    outbox.add('guidelines', chosen('a.md', 'b.md'), { metadata: {} });
    await vi.waitFor(() => expect(outbox.busy).toBe(false));
    expect(outbox.files('guidelines').map(({ state, error }) => [state, error])).toEqual([
      ['failed', empty],
      ['failed', spent],
    ]);
    mended = true;
    outbox.sendAllAgain('guidelines');
    await vi.waitFor(() => expect(came).toEqual(['a.md', 'b.md']));
  });

  it('are counted for whoever reloads the page in the middle', async () => {
    const tab = new Tab();
    const line: Line = { isUp: false, answer: () => away };
    const { outbox } = outboxOver(line, tab);
    outbox.add('guidelines', chosen('a.md', 'b.md'), { metadata: {} });
    outbox.add('drug_labels', chosen('c.md'), { metadata: {} });
    outbox.stopAll();
    const after = outboxOver({ isUp: true, answer: () => null }, tab).outbox;
    expect([after.unsent.lost('guidelines'), after.unsent.lost('drug_labels')]).toEqual([2, 1]);
    after.add('guidelines', chosen('a.md', 'b.md'), { metadata: {} });
    await vi.waitFor(() => expect(after.busy).toBe(false));
    expect(new UnsentFiles(tab).lost('guidelines')).toBe(0);
    expect(new UnsentFiles(tab).lost('drug_labels')).toBe(1);
  });
});
