import { calendarDay, todayUtc } from '../../core/reading/facts/calendar-day.js';
import { validationFailed } from './validation.js';

const DEFAULT_DAYS = 30;
const MOST_DAYS = 366;
const DAY_MS = 86_400_000;

/** The last thirty days by default. Errors: `VALIDATION_FAILED`. */
export function daysOf({ from, to = todayUtc() }: { from?: string; to?: string }): { from: string; to: string } {
  const end = Date.parse(to);
  const begin = from ?? new Date(end - (DEFAULT_DAYS - 1) * DAY_MS).toISOString().slice(0, 10);
  if ([begin, to].some((day) => calendarDay(day) === undefined) || begin > to) {
    throw validationFailed([{ field: 'querystring/from', problem: 'must be a day of the calendar, not after "to"' }]);
  }
  if (end - Date.parse(begin) > MOST_DAYS * DAY_MS) {
    throw validationFailed([{ field: 'querystring/from', problem: `must be at most ${MOST_DAYS} days before "to"` }]);
  }
  return { from: begin, to };
}
