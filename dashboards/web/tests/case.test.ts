import { describe, expect, it } from 'vitest';
import type { CaseEvent, ClockReading, LedgerLine, Verdict } from '../src/api/types';
import { awaited } from '../src/case/awaited';
import { axisOf, lanesOf, placeOf, ticksOf } from '../src/case/lanes';
import { monthsOf } from '../src/case/months';
import { openDayOf } from '../src/case/openDay';

const line = (date: string, used: number, change: Partial<LedgerLine> = {}): LedgerLine => ({
  date,
  kind: 'counted',
  used_seconds: used,
  total_seconds: 0,
  ...change,
});

function clock(change: Partial<ClockReading>): ClockReading {
  return {
    name: 'promised',
    round: 1,
    state: 'running',
    limit: { amount: 5, unit: 'working_day', mode: 'date' },
    start: '2026-03-02T02:00:00Z',
    due: '2026-03-09T09:00:00Z',
    provisional: false,
    level: 0,
    thresholds: [],
    used_seconds: 0,
    used_days: 0,
    paused_seconds: 0,
    over_seconds: 0,
    stopped: null,
    settings: {},
    basis: [],
    basis_en: [],
    ledger: [],
    ...change,
  };
}

const event = (id: string, type: string, time: string): CaseEvent => ({
  id,
  source: 's',
  type,
  subject: 'c',
  time,
  recordedtime: time,
  data: {},
});

function verdict(clocks: Record<string, ClockReading>, at: string): Verdict {
  return {
    subject: 'c',
    at,
    known_at: at,
    status: 'accepted',
    round: 1,
    clocks,
    findings: [],
    issued: [],
    irregularities: [],
    voided: false,
    next_change: null,
    digest: '',
    engine: '1',
  };
}

describe('the working day of a clock', () => {
  it('is what its whole days show, pauses included', () => {
    const ledger = [
      line('2026-03-02', 3600),
      line('2026-03-03', 25_200),
      line('2026-03-04', 5_200, { paused_seconds: 20_000 }),
      line('2026-03-05', 12_600),
      line('2026-03-06', 100),
    ];
    expect(openDayOf(clock({ ledger }))).toBe(25_200);
  });
  it('is none where elapsed time counts, and not known before a whole day', () => {
    expect(openDayOf(clock({ limit: { amount: 3, unit: 'calendar_day' } }))).toBeNull();
    expect(openDayOf(clock({ ledger: [line('2026-03-02', 3600)] }))).toBeUndefined();
  });
});

describe('the months of a ledger', () => {
  it('begin on Monday and hold every day', () => {
    const [month] = monthsOf([line('2026-03-02', 0)], 6);
    expect(month?.lead).toBe(6); // 1 March 2026 is a Sunday
    expect(month?.days).toHaveLength(31);
    expect(month?.days[1]?.line?.date).toBe('2026-03-02');
    expect(month?.days[2]?.line).toBeNull();
  });
  it('are no more than asked for', () => {
    const lines = ['2026-01-05', '2026-02-05', '2026-03-05'].map((date) => line(date, 0));
    expect(monthsOf(lines, 2).map((month) => month.month)).toEqual(['2026-01', '2026-02']);
  });
});

describe('a pending clock', () => {
  const pending = clock({ state: 'pending', start: null, due: null });
  const text = { zh: '缺少参照数据：item x', en: 'item x is not known' };
  const missing = { kind: 'missing_reference', event: 'e1', text };

  it('names the reference data it waits for, each once', () => {
    const asked = { ...verdict({}, '2026-03-05T00:00:00Z'), irregularities: [missing, missing] };
    expect(awaited(asked, pending)).toEqual([{ kind: 'item', name: 'x', text }]);
  });
  it('waits for nothing but acceptance before it', () => {
    const asked = { ...verdict({}, '2026-03-05T00:00:00Z'), status: 'received', irregularities: [missing] };
    expect(awaited(asked, pending)).toEqual([]);
  });
});

describe('the time line', () => {
  const events = [
    event('e1', 'case.accepted', '2026-03-02T02:00:00Z'),
    event('e2', 'case.suspended', '2026-03-03T02:00:00Z'),
    event('e3', 'case.resumed', '2026-03-04T02:00:00Z'),
  ];
  const ledger = [line('2026-03-03', 0, { events: ['e2'] })];

  it('shows when a clock was paused', () => {
    const [lane] = lanesOf(
      verdict({ promised: clock({ paused_seconds: 1, ledger }) }, '2026-03-05T00:00:00Z'),
      events,
    );
    expect(lane?.pauses).toEqual([
      { from: Date.parse('2026-03-03T02:00:00Z'), to: Date.parse('2026-03-04T02:00:00Z') },
    ]);
  });

  it('shows what is over from the due instant on', () => {
    const [lane] = lanesOf(
      verdict({ promised: clock({ over_seconds: 60, level: 2 }) }, '2026-03-10T00:00:00Z'),
      events,
    );
    expect(lane?.over).toBe(Date.parse('2026-03-09T09:00:00Z'));
    expect(lane?.end).toBe(Date.parse('2026-03-10T00:00:00Z'));
  });

  it('shows what was over before an extension that came too late', () => {
    const late = clock({
      state: 'missed',
      level: 2,
      due: '2026-03-16T09:00:00Z',
      thresholds: [{ level: 2, after: '2026-03-09T09:00:00Z' }],
    });
    const extended = event('e4', 'case.extended', '2026-03-10T02:00:00Z');
    const [lane] = lanesOf(verdict({ promised: late }, '2026-03-11T00:00:00Z'), [...events, extended]);
    expect(lane?.extendedLate).toBe(true);
    expect(lane?.over).toBe(Date.parse('2026-03-09T09:00:00Z'));
    expect(lane?.overEnd).toBe(Date.parse('2026-03-10T02:00:00Z'));
  });

  it('leaves out clocks that have not started', () => {
    const pending = clock({ state: 'pending', start: null, due: null });
    expect(lanesOf(verdict({ statutory: pending }, '2026-03-05T00:00:00Z'), events)).toEqual([]);
  });

  it('holds everything on its axis', () => {
    const axis = axisOf(verdict({ promised: clock({}) }, '2026-03-05T00:00:00Z'), events);
    expect(placeOf(axis, Date.parse('2026-03-02T02:00:00Z'))).toBeGreaterThan(0);
    expect(placeOf(axis, Date.parse('2026-03-09T09:00:00Z'))).toBeLessThan(1);
  });

  it('has no more labels than there is room for', () => {
    const day = 86_400_000;
    const midnight = (instant: number) => Math.floor(instant / day) * day;
    const ticks = ticksOf({ from: day / 2, to: 400 * day }, 10, midnight);
    expect(ticks.length).toBeLessThanOrEqual(10);
    expect(ticks.every((tick) => tick % day === 0)).toBe(true);
  });
});
