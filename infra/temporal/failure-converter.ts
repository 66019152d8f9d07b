import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Puts message and stack trace of every failure into its encoded attributes, which the codec seals like any payload.
 * Loaded by its path, on both sides of the workflow sandbox: it must import nothing but the SDK.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
