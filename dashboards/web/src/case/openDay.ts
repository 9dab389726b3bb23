import type { ClockReading } from '../api/types';

const ELAPSED = new Set(['calendar_day', 'month', 'hour', 'minute']);

/** Whether a clock's seconds are working time. */
export function countsWorkingTime(clock: ClockReading): boolean {
  return clock.limit?.unit !== undefined && !ELAPSED.has(clock.limit.unit);
}

/** Open seconds of a working day, as the ledger's whole days show; null where the clock counts elapsed time.
 *
 * The day most often seen wins, so that a Saturday with other hours does not become the measure. Undefined when
 * no whole day has passed: then there are no whole days to speak of.
 */
export function openDayOf(clock: ClockReading): number | null | undefined {
  if (!countsWorkingTime(clock)) return null;
  const seen = new Map<number, number>();
  for (const line of clock.ledger.slice(1, -1)) {
    const open = line.used_seconds + (line.paused_seconds ?? 0);
    if (open > 0) seen.set(open, (seen.get(open) ?? 0) + 1);
  }
  let best: number | undefined;
  for (const [open, times] of seen) {
    if (best === undefined || times > (seen.get(best) ?? 0) || (times === seen.get(best) && open > best))
      best = open;
  }
  return best;
}
