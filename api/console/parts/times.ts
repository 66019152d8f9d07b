/** Dates as the user's country writes the console's language, e.g. `30 Nov 2026` in Britain. */
function localeOf(language: string): string {
  return navigator.languages.find((one) => one === language || one.startsWith(`${language}-`)) ?? language;
}

/** Times in the user's own zone. */
export function time(iso: string, language: string): string {
  return new Date(iso).toLocaleString(localeOf(language), { dateStyle: 'medium', timeStyle: 'short' });
}

/** A day of the calendar (`2025-06-01`) is the same day everywhere; a moment is shown as the user's day. */
export function day(iso: string, language: string): string {
  const isCalendarDay = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  return new Date(iso).toLocaleDateString(localeOf(language), {
    dateStyle: 'medium',
    ...(isCalendarDay ? { timeZone: 'UTC' } : {}),
  });
}

export function minute(at: Date, language: string): string {
  return at.toLocaleTimeString(localeOf(language), { timeStyle: 'short' });
}
