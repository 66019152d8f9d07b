import type { RunStatisticsBody } from '../../../schemas/statistics.js';
import type { Column } from '../../parts/chart/columns-chart.js';
import { day, minute } from '../../parts/times.js';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;
const MINUTES = 60;

/** How a run ended, as an editor would sort it. */
export const ENDINGS = {
  published: 'fine',
  unchanged: 'fine',
  held: 'waits',
  needs_attention: 'waits',
  failed: 'wrong',
  rejected: 'wrong',
  cancelled: 'other',
  superseded: 'other',
} as const;

/** Every day from one to another, also those of which there is nothing to tell. */
export function daysFrom({ from, to }: { from: string; to: string }): string[] {
  const days: string[] = [];
  for (let at = Date.parse(from); at <= Date.parse(to); at += DAY_MS)
    days.push(new Date(at).toISOString().slice(0, 10));
  return days;
}

export function endingsByDay(statistics: RunStatisticsBody, locale: string): Column[] {
  const byDay = Map.groupBy(statistics.ended, (one) => one.day);
  return daysFrom(statistics).map((one) => {
    const values: Record<string, number> = {};
    for (const { state, runs } of byDay.get(one) ?? []) {
      const ending = ENDINGS[state as keyof typeof ENDINGS];
      values[ending] = (values[ending] ?? 0) + runs;
    }
    return { label: day(one, locale), values };
  });
}

export function paceByMinute({ minutes }: RunStatisticsBody, locale: string, nowMs: number): Column[] {
  const byMinute = new Map(minutes.map((one) => [Date.parse(one.minute), one]));
  const last = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return Array.from({ length: MINUTES }, (_, at) => {
    const time = last - (MINUTES - 1 - at) * MINUTE_MS;
    const { pages = 0, records = 0 } = byMinute.get(time) ?? {};
    return { label: minute(new Date(time), locale), values: { pages, records } };
  });
}
