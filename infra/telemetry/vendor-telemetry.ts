/**
 * What programs that we run or load would tell their makers over the internet, switched off: ONNX Runtime ≥ 1.28 sends
 * events about models and sessions from Linux and macOS (its `docs/Privacy.md`; seen as `mat-debug-*.log` in the
 * temporary folder), Temporal's server asks for its newest version. A hospital's network is nobody's business.
 */
export const NO_VENDOR_TELEMETRY = {
  ORT_DISABLE_TELEMETRY: '1',
  TEMPORAL_VERSION_CHECK_DISABLED: '1',
} as const;

/**
 * Switches it off for this process. To be called on the main thread before a native library is loaded: threads have
 * only a copy of the environment, which the library does not see.
 */
export function refuseVendorTelemetry(env: Record<string, string | undefined>): void {
  Object.assign(env, NO_VENDOR_TELEMETRY);
}
