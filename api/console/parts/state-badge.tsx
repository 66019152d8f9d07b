import type { JSX } from 'preact';
import { useTexts } from '../texts/texts.js';

/** How a state looks; its word says the same, so that nobody needs the colour. */
const TONES: Readonly<Record<string, string>> = {
  published: 'good',
  unchanged: 'good',
  completed: 'good',
  held: 'warn',
  needs_attention: 'warn',
  failed: 'bad',
  rejected: 'bad',
  running: 'busy',
  processing: 'busy',
  open: 'busy',
};

export function StateBadge({ state }: { state: string }): JSX.Element {
  const texts = useTexts();
  return <span class={`badge ${TONES[state] ?? 'plain'}`}>{texts.states[state] ?? state}</span>;
}
