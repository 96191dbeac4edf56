import type { components } from '@/api/schema';
import { t } from '@/messages/text';

type Day = components['schemas']['DerivedDay'];

/** 月历的一格；不在推算之内的没有 `day`。 */
export interface Cell {
  key: string;
  /** 几号；不是本月的没有。 */
  date: number | null;
  day: Day | null;
  /** 计入的第几天。 */
  nth: number;
  isStart: boolean;
}

export interface Month {
  key: string;
  year: number;
  month: number;
  weeks: { key: string; cells: Cell[] }[];
}

const WEEK = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;

/** 周一在前，同放假通知与办公日历的习惯。 */
export const weekdayNames = () => WEEK.map((day) => t(`weekday.${day}`));

/** 把逐日的推算排成月历：只排有推算的月。 */
export function byMonth(days: Day[]): Month[] {
  const byDate = new Map(days.map((day) => [day.on, day]));
  const nth = countedSoFar(days);
  const keys = [...new Set(days.map((day) => day.on.slice(0, 7)))];
  return keys.map((key) => {
    const year = Number(key.slice(0, 4));
    const month = Number(key.slice(5, 7));
    // Civil dates only: UTC keeps the time zone of the machine out of it.
    const offset = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
    const length = new Date(Date.UTC(year, month, 0)).getUTCDate();
    const cells: Cell[] = Array.from({ length: Math.ceil((offset + length) / 7) * 7 }, (_, at) => {
      const date = at - offset + 1;
      const isOurs = date >= 1 && date <= length;
      const on = `${key}-${String(date).padStart(2, '0')}`;
      const day = isOurs ? (byDate.get(on) ?? null) : null;
      return {
        key: `${key} ${at}`,
        date: isOurs ? date : null,
        day,
        nth: nth.get(on) ?? 0,
        isStart: day !== null && day === days[0],
      };
    });
    const weeks = Array.from({ length: cells.length / 7 }, (_, week) => ({
      key: `${key} ${week}`,
      cells: cells.slice(week * 7, week * 7 + 7),
    }));
    return { key, year, month, weeks };
  });
}

function countedSoFar(days: Day[]): Map<string, number> {
  const nth = new Map<string, number>();
  let n = 0;
  for (const day of days) {
    if (day.is_counted) n += 1;
    nth.set(day.on, n);
  }
  return nth;
}
