/** Longer texts say something besides. */
const MAX_CHARACTERS = 300;

/** What publishers and programs put on pages, alone in its passage. */
const BOILERPLATE: readonly RegExp[] = [
  /^(?:this page (?:is |was |has been )?(?:intentionally )?(?:left )?blank|(?:esta )?p[áa]gina (?:foi )?(?:deixada )?(?:intencionalmente )?em branco)\W*$/iu,
  /^(?:page|p[áa]gina|folha)\s+\d+(?:\s*(?:of|de|\/)\s*\d+)?\W*$/iu,
  /^(?:(?:©|\(c\)|copyright|direitos autorais)[^.]{0,200}\.?\s*)?(?:all rights reserved|todos os direitos (?:est[ãa]o )?reservados|todos los derechos reservados|tous droits r[ée]serv[ée]s|alle rechte vorbehalten)\W*$/iu,
  // (c) without a year numbers a part of a figure.
  /^(?:©|copyright|\(c\)(?=[^.]{0,200}\b(?:19|20)\d\d\b))\s[^.]{0,200}\.?$/iu,
  /^(?:downloaded|printed|accessed) (?:from|on|at) \S+(?: (?:on|at|by) [\w ,:/.-]{4,60})?\W*$/iu,
];

/**
 * Whether a passage says nothing of its document: a blank page's note, a page number, a copyright line alone, or an
 * ornament without a letter or a digit.
 */
export function isBoilerplate(text: string): boolean {
  if (isOrnament(text)) return true;
  const line = text.length > MAX_CHARACTERS ? '' : text.replace(/\s+/g, ' ').trim();
  return line !== '' && BOILERPLATE.some((pattern) => pattern.test(line));
}

/** Whether a text has neither a letter nor a digit. */
export function isOrnament(text: string): boolean {
  return !/[\p{L}\p{M}\p{N}]/u.test(text);
}
