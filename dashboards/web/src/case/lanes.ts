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
    return [
      {
        key,
        level: clock.level,
        start,
        end,
        stopped: clock.stopped !== null,
        due,
        over: due !== null && clock.over_seconds > 0 && due < end ? due : null,
        pauses: clock.name === 'suspension' ? [] : pausesOf(clock, events, start, end),
        thresholds: clock.thresholds.flatMap((one) =>
          one.after === null || one.level === 0 ? [] : [{ level: one.level, at: ms(one.after) }],
        ),
      },
    ];
  });
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
