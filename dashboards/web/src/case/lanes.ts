/** What the time line draws: places of instants on one axis of true time, and the lanes of the clocks. */
import type { CaseEvent, ClockReading, Level, Verdict } from '../api/types';

export interface Axis {
  from: number;
  to: number;
}

export interface Lane {
  key: string;
  level: Level;
  start: number;
  /** Where running or waiting ends: at its stop, else at the instant asked about. */
  end: number;
  stopped: boolean;
  due: number | null;
  /** From here on it was over. */
  over: number | null;
  /** Until then it was over: the late extension, else the end. */
  overEnd: number;
  /** Extended only after the breach: the breach stays. */
  extendedLate: boolean;
  pauses: { from: number; to: number }[];
  thresholds: { level: Level; at: number }[];
}

const ms = (text: string) => Date.parse(text);

/** From the first event to the last that matters, with a little room on both sides. */
export function axisOf(verdict: Verdict, events: readonly CaseEvent[]): Axis {
  const instants = [
    ms(verdict.at),
    ...events.map((event) => ms(event.time)),
    ...Object.values(verdict.clocks).flatMap((clock) => [
      ...(clock.start === null ? [] : [ms(clock.start)]),
      ...(clock.due === null ? [] : [ms(clock.due)]),
      ...(clock.stopped === null ? [] : [ms(clock.stopped)]),
    ]),
  ];
  const from = Math.min(...instants);
  const to = Math.max(...instants);
  const room = Math.max((to - from) * 0.02, 3_600_000);
  return { from: from - room, to: to + room };
}

/** 0 to 1 along the axis. */
export function placeOf(axis: Axis, instant: number): number {
  return (instant - axis.from) / (axis.to - axis.from);
}

/** One lane per clock that has started, the most important first. */
export function lanesOf(verdict: Verdict, events: readonly CaseEvent[]): Lane[] {
  const at = ms(verdict.at);
  return Object.entries(verdict.clocks).flatMap(([key, clock]) => {
    if (clock.start === null || clock.state === 'pending') return [];
    const start = ms(clock.start);
    const end = Math.max(start, Math.min(at, clock.stopped === null ? at : ms(clock.stopped)));
    const due = clock.due === null ? null : ms(clock.due);
    const breach = isExtendedLate(clock, verdict.at) ? breachOf(clock, end) : null;
    const extension = breach === null ? undefined : events.find((event) => isExtension(event, breach));
    return [
      {
        key,
        level: clock.level,
        start,
        end,
        stopped: clock.stopped !== null,
        due,
        over: breach ?? (due !== null && clock.over_seconds > 0 && due < end ? due : null),
        overEnd: Math.min(end, extension === undefined ? end : ms(extension.time)),
        extendedLate: isExtendedLate(clock, verdict.at),
        pauses: clock.name === 'suspension' ? [] : pausesOf(clock, events, start, end),
        thresholds: clock.thresholds.flatMap((one) =>
          one.after === null || one.level === 0 ? [] : [{ level: one.level, at: ms(one.after) }],
        ),
      },
    ];
  });
}

/** Missed, yet due only later: an extension came after the breach, and does not cure it. */
export function isExtendedLate(clock: ClockReading, at: string): boolean {
  if (clock.state !== 'missed' || clock.due === null || clock.over_seconds > 0) return false;
  return ms(clock.due) > ms(clock.stopped ?? at);
}

/** When a clock that was extended late had first been over: its earliest card. */
function breachOf(clock: ClockReading, end: number): number | null {
  const cards = clock.thresholds.flatMap((one) =>
    one.level >= 2 && one.after !== null && ms(one.after) < end ? [ms(one.after)] : [],
  );
  return cards.length > 0 ? Math.min(...cards) : null;
}

function isExtension(event: CaseEvent, breach: number): boolean {
  return (event.type === 'case.extended' || event.type === 'case.limit_changed') && ms(event.time) >= breach;
}

/** The paused stretches of a clock: from each suspending event its ledger names to the resumption after it. */
function pausesOf(
  clock: ClockReading,
  events: readonly CaseEvent[],
  start: number,
  end: number,
): { from: number; to: number }[] {
  if (clock.paused_seconds === 0) return [];
  const named = new Set(clock.ledger.flatMap((line) => line.events ?? []));
  return events
    .filter((event) => named.has(event.id) && event.type === 'case.suspended')
    .map((event) => {
      const from = Math.max(start, ms(event.time));
      const resumed = events.find(
        (other) => other.type === 'case.resumed' && ms(other.time) >= ms(event.time),
      );
      return { from, to: Math.min(end, resumed === undefined ? end : ms(resumed.time)) };
    })
    .filter((span) => span.to > span.from);
}

const DAY = 86_400_000;
const STEPS = [DAY / 24, DAY / 8, DAY / 4, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY];

/** Instants for the axis's labels: at most `most`, on local midnights where steps are days. */
export function ticksOf(axis: Axis, most: number, midnight: (instant: number) => number): number[] {
  const span = axis.to - axis.from;
  const step = STEPS.find((one) => span / one <= most) ?? span / most;
  const ticks: number[] = [];
  let at = midnight(axis.from);
  while (at < axis.to) {
    if (at > axis.from) ticks.push(at);
    at = step >= DAY ? midnight(at + step + DAY / 2) : at + step;
  }
  return ticks;
}
