import type { DataConverter } from '@temporalio/common';
import type { Keyring } from '../encryption/keyring.js';
import { entryPoint } from '../entry-point.js';
import { SealingPayloadCodec } from './payload-codec.js';

/** For `bundleWorkflowCode` and the data converter alike; the SDK loads it itself, so it is the compiled module. */
export const FAILURE_CONVERTER_PATH = entryPoint('infra/temporal/failure-converter.js');

/** What client and worker must both be given: payloads and failure messages are sealed before they leave the process. */
export function createDataConverter(keyring: Keyring): DataConverter {
  return { payloadCodecs: [new SealingPayloadCodec(keyring)], failureConverterPath: FAILURE_CONVERTER_PATH };
}
