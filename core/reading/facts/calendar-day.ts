/**
 * The text as a day of the calendar, `YYYY-MM-DD`; `undefined` for anything else, the 30th of February included. Years have
 * four digits and begin in 1000, which every store takes.
 */
export function calendarDay(text: string): string | undefined {
  if (!/^[1-9]\d{3}-\d{2}-\d{2}$/.test(text)) return undefined;
  const instant = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(instant.getTime()) && instant.toISOString().startsWith(text) ? text : undefined;
}

/** Today in UTC: the one clock by which days begin, whatever machine asks. */
export function todayUtc(): string {
  return new Date().toISOString().slice(0, 10);
}

const MONTHS = [
  ['january', 'jan', 'janeiro'],
  ['february', 'feb', 'fevereiro', 'fev'],
  ['march', 'mar', 'marco', 'março'],
  ['april', 'apr', 'abril', 'abr'],
  ['may', 'maio', 'mai'],
  ['june', 'jun', 'junho'],
  ['july', 'jul', 'julho'],
  ['august', 'aug', 'agosto', 'ago'],
  ['september', 'sept', 'sep', 'setembro', 'set'],
  ['october', 'oct', 'outubro', 'out'],
  ['november', 'nov', 'novembro'],
  ['december', 'dec', 'dezembro', 'dez'],
] as const;

/** Longer ones are sentences. */
const MAX_STATED_LENGTH = 200;

/**
 * The day from which something counts, as files write it: ISO dates and times, `1 June 2025`, `June 1, 2025`,
 * `1 de junho de 2025`, and a period of Dublin Core (`start=2025-06-01;`). A month or a year counts from its first day.
 * `06/01/2025` is two days to two readers, and none here.
 */
export function statedDay(text: string): string | undefined {
  if (text.length > MAX_STATED_LENGTH) return undefined;
  const said = /\bstart\s*=\s*([^;]+)/i.exec(text)?.[1] ?? text;
  const value = said.normalize('NFC').trim().toLowerCase();
  const iso = /^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:[t\s].*)?$/.exec(value);
  if (iso) return calendarDay(`${iso[1]}-${iso[2] ?? '01'}-${iso[3] ?? '01'}`);
  const dayFirst = /^(?:(\d{1,2})(?:st|nd|rd|th|º)?\.?\s+(?:de\s+)?)?(\p{L}+)\.?,?\s+(?:de\s+)?(\d{4})$/u.exec(value);
  if (dayFirst) return dayOf(dayFirst[3], dayFirst[2], dayFirst[1]);
  const monthFirst = /^(\p{L}+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})$/u.exec(value);
  return monthFirst ? dayOf(monthFirst[3], monthFirst[1], monthFirst[2]) : undefined;
}

function dayOf(year: string | undefined, month: string | undefined, day: string | undefined): string | undefined {
  const at = MONTHS.findIndex((names) => (names as readonly string[]).includes(month ?? ''));
  if (at < 0) return undefined;
  return calendarDay(`${year}-${String(at + 1).padStart(2, '0')}-${(day ?? '1').padStart(2, '0')}`);
}
