/** The environment as a plain object: `process.env`, or what a test makes up. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One key that seals objects and payloads: AES-256, so 32 bytes. The id travels with what it sealed. */
export interface EncryptionKey {
  readonly id: string;
  readonly key: Uint8Array;
}

/** All that is wrong with the environment, told at once, so that nobody mends a deployment one start at a time. */
export class InvalidSettings extends Error {
  override readonly name = 'InvalidSettings';

  constructor(readonly problems: readonly string[]) {
    super(['These settings need mending:', ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}

/**
 * Takes settings out of an environment and collects what is wrong with them. A variable that is set but empty counts
 * as not set, as with docker's and npm's env files. Values are never repeated in problems: they may be secrets.
 */
export class SettingsReader {
  readonly #env: Environment;
  readonly #problems: string[] = [];
  readonly #asked = new Set<string>();

  constructor(env: Environment) {
    this.#env = env;
  }

  problem(name: string, what: string, example: string): void {
    this.#problems.push(`${name} ${what}. Example: ${name}=${example}`);
  }

  /** A setting that must not be there at all. */
  refuse(name: string, sentence: string): void {
    this.#problems.push(`${name} ${sentence}`);
  }

  /** `notes`: what may be the reason, said only beside a problem. Errors: `InvalidSettings` when any problem was met. */
  throwIfInvalid(notes: readonly string[] = []): void {
    if (this.#problems.length > 0) throw new InvalidSettings([...this.#problems, ...notes]);
  }

  /** Names of all settings that were read so far. */
  asked(): ReadonlySet<string> {
    return this.#asked;
  }

  text(name: string): string | null {
    this.#asked.add(name);
    const value = this.#env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  }

  integer(name: string, range: { otherwise: number; min: number; max: number }): number {
    const value = this.text(name);
    if (value === null) return range.otherwise;
    const number = /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= range.min && number <= range.max) return number;
    this.problem(name, `is not a whole number from ${range.min} to ${range.max}`, String(range.otherwise));
    return range.otherwise;
  }

  /** `true` or `false`; not set is `false`. */
  flag(name: string): boolean {
    return this.choice(name, ['true', 'false'], 'false') === 'true';
  }

  choice<const T extends string>(name: string, choices: readonly T[], otherwise: NoInfer<T>): T {
    const value = this.text(name);
    if (value === null) return otherwise;
    const found = choices.find((choice) => choice === value.toLowerCase());
    if (found !== undefined) return found;
    this.problem(name, `is none of ${choices.join(', ')}`, otherwise);
    return otherwise;
  }

  url(name: string, expected: { protocols: readonly string[]; example: string }): string | null {
    const value = this.text(name);
    if (value === null) return null;
    if (URL.canParse(value) && expected.protocols.includes(new URL(value).protocol)) return value;
    const schemes = expected.protocols.map((protocol) => `${protocol}//`).join(' or ');
    this.problem(name, `is not an address that starts with ${schemes}`, expected.example);
    return null;
  }
}

/** `id:base64[,id:base64…]`, the newest first. Gives the keys, or a sentence that says what is wrong. */
export function parseEncryptionKeys(value: string): EncryptionKey[] | string {
  const keys: EncryptionKey[] = [];
  for (const entry of value.split(/[,\s]+/).filter((part) => part !== '')) {
    const match = /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/_-]+={0,2})$/.exec(entry);
    if (!match) return 'is not a list of id:base64';
    const [, id = '', encoded = ''] = match;
    const key = Buffer.from(encoded, 'base64');
    if (key.length !== 32) return `has a key ${id} that is not 32 bytes long`;
    if (keys.some((other) => other.id === id)) return `has the key id ${id} twice`;
    keys.push({ id, key: new Uint8Array(key) });
  }
  return keys.length > 0 ? keys : 'holds no key';
}
