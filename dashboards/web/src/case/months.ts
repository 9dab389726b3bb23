/** The months of a ledger as small calendars, weeks from Monday. */
import type { LedgerLine } from '../api/types';

export interface MonthDay {
  date: string;
  day: number;
  line: LedgerLine | null;
}

export interface Month {
  /** "2026-03" */
  month: string;
  /** Empty places before the first day. */
  lead: number;
  days: MonthDay[];
}

/** The months that the lines touch, at most `most`: the first ones, and that in which the clock falls due. */
export function monthsOf(lines: readonly LedgerLine[], most: number): Month[] {
  const byDate = new Map(lines.map((line) => [line.date, line]));
  const all = [...new Set(lines.map((line) => line.date.slice(0, 7)))];
  const due = lines.find((line) => line.due !== undefined)?.date.slice(0, 7);
  const first = all.slice(0, most);
  const names = due === undefined || first.includes(due) ? first : [...first.slice(0, -1), due];
  return names.map((month) => {
    const [year = 0, number = 1] = month.split('-').map(Number);
    const count = new Date(Date.UTC(year, number, 0)).getUTCDate();
    const lead = (new Date(Date.UTC(year, number - 1, 1)).getUTCDay() + 6) % 7;
    const days = Array.from({ length: count }, (_, index) => {
      const date = `${month}-${String(index + 1).padStart(2, '0')}`;
      return { date, day: index + 1, line: byDate.get(date) ?? null };
    });
    return { month, lead, days };
  });
}
