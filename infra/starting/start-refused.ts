/** Why a process does not start: each problem one text that names the setting, what was seen and what to do. */
export class StartRefused extends Error {
  override readonly name = 'StartRefused';

  constructor(readonly problems: readonly string[]) {
    super(['medindex cannot start:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

/** What a look at one part of the surroundings found. */
export interface Findings {
  /** The process cannot work so. */
  readonly problems: readonly string[];
  /** It can, but less well than its settings say. */
  readonly warnings: readonly string[];
}

export const ALL_WELL: Findings = { problems: [], warnings: [] };

export function problem(text: string): Findings {
  return { problems: [text], warnings: [] };
}

export function warning(text: string): Findings {
  return { problems: [], warnings: [text] };
}
