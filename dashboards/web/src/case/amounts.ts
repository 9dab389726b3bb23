/** What the lines of a ledger add, and their running total, in the limit's own unit: days, or hours. */
import type { ClockReading, LedgerLine } from '../api/types';

export interface Amounts {
  /** Empty where the line adds nothing. */
  adds: string;
  total: string;
}

/** Days to the hundredth, half up, as the command line and the dossier round them. */
export const hundredths = (days: number) => Math.floor(days * 100 + 0.5);

/** Whether the lines count days. */
export const countsDays = (clock: ClockReading) => clock.used_days !== null;

/** `1:30`, and `1:30:07` where a ledger has seconds. */
function clockText(seconds: number, withSeconds: boolean): string {
  const two = (n: number) => String(n).padStart(2, '0');
  const minutes = Math.floor(seconds / 60);
  const text = `${Math.floor(minutes / 60)}:${two(minutes % 60)}`;
  return withSeconds ? `${text}:${two(seconds % 60)}` : text;
}

/**
 * The shown additions are differences of the shown totals: added up by hand they give the last total, and no
 * hundredth of a day and no second gets lost by rounding each line for itself.
 */
export function amountsOf(lines: readonly LedgerLine[], count: (n: number) => string): Amounts[] {
  const dated = lines.some((line) => line.total_days !== undefined);
  const totals = lines.map((line) => (dated ? hundredths(line.total_days ?? 0) : Math.floor(line.total_seconds)));
  const withSeconds = !dated && totals.some((total) => total % 60 !== 0);
  const say = (n: number) => (dated ? count(n / 100) : clockText(n, withSeconds));
  return totals.map((total, index) => {
    const before = totals[index - 1] ?? 0;
    return { adds: total > before ? say(total - before) : '', total: say(total) };
  });
}
