/**
 * What programs that we run or load would tell their makers over the internet, switched off: ONNX Runtime 1.30 sends
 * events about models and sessions from Linux and macOS (its pull request 27379; `mat-debug-*.log` and `.ses` in the
 * temporary folder are its traces), Temporal's server asks for its newest version.
 */
export const NO_VENDOR_TELEMETRY = {
  ORT_DISABLE_TELEMETRY: '1',
  TEMPORAL_VERSION_CHECK_DISABLED: '1',
} as const;

/**
 * Switches it off for this process. Call it on the main thread before a native library is loaded: a worker thread has
 * only a copy of the environment, and what it writes there the library does not see.
 */
export function refuseVendorTelemetry(): void {
  // eslint-disable-next-line no-restricted-properties -- written, not read: native code looks there and nowhere else
  Object.assign(process.env, NO_VENDOR_TELEMETRY);
}
