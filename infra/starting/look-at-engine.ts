import { Connection } from '@temporalio/client';
import { type TemporalEnvironment, temporalConnectOptions } from '../temporal/connect-temporal.js';
import { ALL_WELL, type Findings, problem, warning } from './start-refused.js';

/** A server in reach answers within milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

/** gRPC's codes. */
const NOT_FOUND = 5;
const PERMISSION_DENIED = 7;
const UNAUTHENTICATED = 16;

/**
 * Whether Temporal answers and has the namespace of the settings. The API can start without it (`needed: false`): searches
 * go on, and uploads are started later.
 */
export async function lookAtEngine(
  env: TemporalEnvironment,
  { needed }: { readonly needed: boolean },
): Promise<Findings> {
  const { connectionOptions, namespace } = temporalConnectOptions(env);
  const address = connectionOptions.address ?? '';
  let connection: Connection | undefined;
  try {
    connection = await Connection.connect({ ...connectionOptions, connectTimeout: CONNECT_TIMEOUT_MS });
    await connection.workflowService.describeNamespace({ namespace });
    return ALL_WELL;
  } catch (error) {
    switch (grpcCode(error)) {
      case NOT_FOUND:
        return problem(
          `TEMPORAL_NAMESPACE: Temporal at ${address} has no namespace "${namespace}". Make it ` +
            `(temporal operator namespace create --address ${address} --namespace ${namespace}), or name another one. ` +
            'Example: TEMPORAL_NAMESPACE=default',
        );
      case PERMISSION_DENIED:
      case UNAUTHENTICATED:
        return problem(
          `TEMPORAL_API_KEY: Temporal at ${address} does not let us into the namespace "${namespace}". Set a valid key, ` +
            'or the certificate of a client that may use it (TEMPORAL_TLS_CLIENT_CERT_PATH, TEMPORAL_TLS_CLIENT_KEY_PATH). ' +
            'Example: TEMPORAL_API_KEY=…',
        );
      default: {
        const text =
          `TEMPORAL_ADDRESS: no Temporal server answers at ${address}. Start it, or mend the address ` +
          '(and TEMPORAL_TLS, where that server speaks TLS). Example: TEMPORAL_ADDRESS=temporal.example.org:7233';
        return needed ? problem(text) : warning(`${text}. Uploads are taken, and read when it is there.`);
      }
    }
  } finally {
    await connection?.close();
  }
}

function grpcCode(error: unknown): unknown {
  for (let at = error; at instanceof Error; at = at.cause) if ('code' in at) return at.code;
  return undefined;
}
