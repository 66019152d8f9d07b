/** Times in the user's own zone. */
export function time(iso: string, locale: string): string {
  return new Date(iso).toLocaleString(locale, { dateStyle: 'medium', timeStyle: 'short' });
}

/** A day of the calendar (`2025-06-01`) is the same day everywhere; a moment is shown as the user's day. */
export function day(iso: string, locale: string): string {
  const isCalendarDay = /^\d{4}-\d{2}-\d{2}$/.test(iso);
  return new Date(iso).toLocaleDateString(locale, {
    dateStyle: 'medium',
    ...(isCalendarDay ? { timeZone: 'UTC' } : {}),
  });
}

export function minute(at: Date, locale: string): string {
  return at.toLocaleTimeString(locale, { timeStyle: 'short' });
}
