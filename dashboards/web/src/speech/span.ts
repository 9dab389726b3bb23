/** Spans of time as people say them: two parts at most, never seconds. */

export type Unit = 'workingDays' | 'days' | 'hours' | 'minutes';

export interface Part {
  unit: Unit;
  n: number;
}

const HOUR = 3600;
const DAY = 24 * HOUR;

/** The parts of `seconds`, rounded down to the smallest one said; none when it is less than a minute.
 *
 * With `openDay` (open seconds of a working day) the seconds are working time and its days working days;
 * without, they are elapsed time.
 */
export function partsOf(seconds: number, openDay: number | null): Part[] {
  const whole = Math.max(0, Math.floor(seconds));
  const day = openDay !== null && openDay > 0 ? openDay : DAY;
  const days = Math.floor(whole / day);
  const hours = Math.floor((whole % day) / HOUR);
  const minutes = Math.floor(((whole % day) % HOUR) / 60);
  const dayUnit: Unit = day === DAY && openDay === null ? 'days' : 'workingDays';
  const parts: Part[] =
    days > 0
      ? [
          { unit: dayUnit, n: days },
          { unit: 'hours', n: hours },
        ]
      : [
          { unit: 'hours', n: hours },
          { unit: 'minutes', n: minutes },
        ];
  return parts.filter((part) => part.n > 0);
}

/** What vue-i18n's `t` does here. */
export type Say = (key: string, n: number) => string;

/** "2 工作日 3 小时", "under 1 min". */
export function sayParts(parts: readonly Part[], say: Say): string {
  if (parts.length === 0) return say('time.moment', 1);
  return parts.map((part) => say(`time.${part.unit}`, part.n)).join(' ');
}
