const NOUNS = String.raw`warnings?|cautions?|danger|contra-?\s?indications?|precautions?|red\s+flags?|important\s+safety\s+information|safety\s+alert|advert[êe]ncias?|advertencias?|perigo|peligro|contra-?\s?indica[çc](?:[ãa]o|[õo]es)|contraindicaci(?:[óo]n|ones)|precau[çc](?:[ãa]o|[õo]es)|precauci(?:[óo]n|ones)|avertissements?|contre-?indications?|gegenanzeigen?|kontraindikation(?:en)?|warnhinweise?`;
/** These are everyday words, but for where they stand alone ("Atenção primária" is primary care). */
const CALLS = String.raw`aten[çc][ãa]o|atenci[óo]n|cuidados?|aviso|alerta|alert|importante?|attention|achtung|vorsicht`;
const OPENING = String.raw`^[\s⚠❗❕‼△▲■•*\ufe0f]{0,6}(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?\s{1,3})?(?:(?:black\s+box|boxed|general|special|absolute|relative|major)\s{1,3})?`;

const WARNS = new RegExp(`${OPENING}(?:(?:${NOUNS})(?![\\p{L}\\p{N}])|(?:${CALLS})\\s{0,2}(?:[:!]|$))`, 'iu');
const INLINE = new RegExp(
  `(${OPENING}(?:(?:${NOUNS})(?:\\s{1,3}(?:and|e|y|&|/)\\s{1,3}(?:${NOUNS}))?|${CALLS}))\\s{0,2}[:!–—]\\s{0,3}(?=[^\\s])`,
  'iu',
);
const MAX_LABEL = 80;

/** Whether a heading warns: of it, every passage below shows it. */
export function isWarning(heading: string): boolean {
  return WARNS.test(heading.slice(0, 2 * MAX_LABEL));
}

/** Whether a paragraph is nothing but the label of a warning, as "WARNING" or "Contraindications:" on a line of its own. */
export function isWarningLabel(text: string): boolean {
  const label = text.trim();
  if (label.length > MAX_LABEL || !isWarning(label)) return false;
  const rest = label.replace(WARNS, '').replace(/[\s:!]+/gu, '');
  return rest === '' || /[:!]$/u.test(label) || (!/[.;]$/u.test(label) && label === label.toUpperCase());
}

/** The label with which a paragraph opens that warns (`WARNING: do not …` → `WARNING`); `null` without one. */
export function inlineWarningLabel(text: string): string | null {
  return INLINE.exec(text.slice(0, 2 * MAX_LABEL))?.[1]?.trim() ?? null;
}
