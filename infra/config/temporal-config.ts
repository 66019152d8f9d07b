import { absoluteOrNull } from './paths.js';
import { type Environment, SettingsReader } from '../settings-reader.js';

export interface TemporalConfig {
  /** `null`: the local stack starts a server of its own. */
  readonly address: string | null;
  readonly namespace: string;
  /** All `TEMPORAL_*` variables, for `loadClientConnectConfig({ overrideEnvVars })` of `@temporalio/envconfig`. */
  readonly variables: Readonly<Record<string, string>>;
  /** The one origin whose browser may call the codec route; `null`: none may. */
  readonly uiUrl: string | null;
  /** Stands in the codec address of the Temporal UI, which sends no key; `null`: the UI opens no payloads. */
  readonly codecToken: string | null;
}

export function temporalConfig(settings: SettingsReader, env: Environment): TemporalConfig {
  return {
    address: temporalAddress(settings),
    namespace: settings.text('TEMPORAL_NAMESPACE') ?? 'default',
    variables: temporalVariables(env),
    uiUrl: settings.url('TEMPORAL_UI_URL', { protocols: ['http:', 'https:'], example: 'http://127.0.0.1:8233' }),
    codecToken: codecToken(settings),
  };
}

/** TEMPORAL_CLI: the binary that runs the local Temporal server; `null`: it is found or provisioned. */
export function loadTemporalCliPath(env: Environment): string | null {
  return absoluteOrNull(new SettingsReader(env).text('TEMPORAL_CLI'));
}

function temporalAddress(settings: SettingsReader): string | null {
  const address = settings.text('TEMPORAL_ADDRESS');
  if (address !== null && !/^(\[[0-9a-fA-F:]+\]|[^\s:/]+):\d{1,5}$/.test(address)) {
    settings.problem('TEMPORAL_ADDRESS', 'is not host:port', 'temporal.example.org:7233');
  }
  return address;
}

function temporalVariables(env: Environment): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (name.startsWith('TEMPORAL_') && value !== undefined) variables[name] = value;
  }
  return variables;
}

/** It is a key: what can be guessed opens every payload. */
function codecToken(settings: SettingsReader): string | null {
  const token = settings.text('MEDINDEX_CODEC_TOKEN');
  if (token !== null && !/^[\w-]{32,90}$/.test(token)) {
    settings.problem(
      'MEDINDEX_CODEC_TOKEN',
      'is not 32 to 90 letters, digits, - or _',
      'the output of: openssl rand -hex 32',
    );
  }
  return token;
}
