import type { Screen } from '../contract/rescreen-messages.js';
import { RULES_ALONE } from '../contract/rescreen-messages.js';

/**
 * Raised with every change by which a recogniser, the judge's weights or a threshold can find more than before. Each version
 * says by which one it was screened; `medindex rescreen` passes over what was screened by the present one.
 */
export const SCREEN_VERSION = 1;

export function presentScreen({
  detector,
}: {
  readonly detector: { readonly model: { readonly name: string } } | null;
}): Screen {
  return { version: SCREEN_VERSION, screenedWith: detector ? `${RULES_ALONE}+${detector.model.name}` : RULES_ALONE };
}
