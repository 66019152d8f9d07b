import { find, type XmlElement } from '../xml/xml-tree.js';
import { textOf } from '../xml/inline-text.js';

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const MEDLINE_YEAR = /\b((?:1[5-9]|2[01])\d{2})\b(?:\s+([A-Za-z]{3,9}))?(?:\s+(\d{1,2})\b)?/;

/**
 * ISO 8601 date of a PubMed date element, as precise as it is: `Year`/`Month`/`Day`, month as a number or name;
 * `MedlineDate` such as `1998 Dec-1999 Jan` counts from its beginning; a season says no more than its year.
 */
export function isoDate(date: XmlElement | undefined): string | undefined {
  if (!date) return undefined;
  const year = /^\d{4}$/.exec(textOf(find(date, 'Year')))?.[0];
  if (year !== undefined) return isoOf(year, textOf(find(date, 'Month')), textOf(find(date, 'Day')));
  const [, medlineYear, month, day] = MEDLINE_YEAR.exec(textOf(find(date, 'MedlineDate'))) ?? [];
  return medlineYear === undefined ? undefined : isoOf(medlineYear, month ?? '', day ?? '');
}

/** As it is written, where an ISO date cannot say it: a range or a season. */
export function writtenDate(date: XmlElement | undefined): string | undefined {
  const range = textOf(find(date, 'MedlineDate'));
  if (range !== '') return range;
  const season = textOf(find(date, 'Season'));
  return season === '' ? undefined : `${textOf(find(date, 'Year'))} ${season}`.trim();
}

/** Of two dates of one publication the more precise, where they agree; else the first. */
export function morePrecise(first: string | undefined, second: string | undefined): string | undefined {
  if (first === undefined || second?.startsWith(`${first}-`)) return second;
  return first;
}

/** ISO 8601 as far as the parts make sense: a 31st of June is June. */
export function isoOf(year: string, month: string, day: string): string {
  const named = MONTHS.indexOf(month.slice(0, 3).toLowerCase()) + 1;
  const monthNumber = /^\d{1,2}$/.test(month) ? Number(month) : named;
  if (monthNumber < 1 || monthNumber > 12) return year;
  const dayNumber = /^\d{1,2}$/.test(day) ? Number(day) : 0;
  const two = (value: number) => String(value).padStart(2, '0');
  const daysOfMonth = new Date(Date.UTC(Number(year), monthNumber, 0)).getUTCDate();
  if (dayNumber < 1 || dayNumber > daysOfMonth) return `${year}-${two(monthNumber)}`;
  return `${year}-${two(monthNumber)}-${two(dayNumber)}`;
}
