import { describe, expect, it } from 'vitest';
import type { LedgerLine } from '../src/api/types';
import { amountsOf } from '../src/case/amounts';
import { monthsOf } from '../src/case/months';
import { remarksOf, type Words } from '../src/case/remarks';

const words: Words = {
  say: (key, values) => `${key.replace('ledger.', '')} ${Object.values(values).join(' ')}`,
  when: (instant) => instant.slice(11, 16),
  span: (seconds) => `${seconds / 3600}h`,
  level: (level) => `level${level}`,
};
const line = (change: Partial<LedgerLine>): LedgerLine => ({
  date: '2026-03-09',
  kind: 'counted',
  used_seconds: 25_200,
  total_seconds: 50_400,
  hours: '09:00-12:00 13:00-17:00',
  ...change,
});
const said = (change: Partial<LedgerLine>, lang: 'zh' | 'en' = 'en') =>
  remarksOf(line(change), lang, words).map((one) => `${one.tone}: ${one.text}`);

describe('a line of a ledger', () => {
  it('says nothing of a plain day', () => {
    expect(said({})).toEqual([]);
  });

  it('says in this order: notes, pause, levels, due, overrun', () => {
    expect(
      said({
        notes: [{ zh: '乙', en: 'moved' }],
        paused_seconds: 3600,
        thresholds: [{ level: 2, after: '2026-03-09T17:00:00Z', reached: true }],
        due: '2026-03-09T17:00:00Z',
        over_seconds: 7200,
      }),
    ).toEqual(['note: moved', 'note: pausedFor 1h', 'level: threshold level2 17:00', 'due: dueHere 17:00', 'over: overBy 2h']);
  });

  it('speaks the language that is asked for', () => {
    expect(said({ notes: [{ zh: '乙', en: 'moved' }] }, 'zh')).toEqual(['note: 乙']);
  });

  it('names the hours that counted only where they are not the open ones', () => {
    expect(said({ counted_hours: '15:00-17:00' })).toEqual(['note: countedHours 15:00-17:00']);
    expect(said({ counted_hours: '09:00-12:00 13:00-17:00' })).toEqual([]);
  });

  it('gives no lamp to a level that was not reached', () => {
    expect(said({ thresholds: [{ level: 3, after: '2026-03-09T17:00:00Z', reached: false }] })).toEqual([
      'note: notReached level3 17:00',
    ]);
  });
});

describe('the months of a long ledger', () => {
  const days = (due: string) =>
    ['2026-01-05', '2026-02-02', '2026-03-02', '2026-04-01', '2026-05-06'].map((date) =>
      line({ date, ...(date === due ? { due: `${date}T09:00:00Z` } : {}) }),
    );

  it('are the first ones', () => {
    expect(monthsOf(days('2026-02-02'), 3).map(({ month }) => month)).toEqual(['2026-01', '2026-02', '2026-03']);
  });

  it('never leave out the month in which it falls due', () => {
    expect(monthsOf(days('2026-05-06'), 3).map(({ month }) => month)).toEqual(['2026-01', '2026-02', '2026-05']);
  });
});

describe('what the lines add', () => {
  const shown = (...lines: Partial<LedgerLine>[]) =>
    amountsOf(lines.map(line), String).map(({ adds, total }) => `${adds} ${total}`);

  it('is days where the clock counts days, whatever hours passed on them', () => {
    expect(
      shown(
        { used_seconds: 21_600, total_seconds: 21_600, days: 0, total_days: 0 },
        { total_seconds: 46_800, days: 1, total_days: 1 },
        { used_seconds: 3_600, total_seconds: 50_400, days: 0, total_days: 1 },
      ),
    ).toEqual([' 0', '1 1', ' 1']);
  });

  it('adds up by hand where days are shares of open time', () => {
    const third = 1 / 3;
    expect(
      shown(
        { days: third, total_days: third },
        { days: third, total_days: 2 * third },
        { days: third, total_days: 1 },
      ),
    ).toEqual(['0.33 0.33', '0.34 0.67', '0.33 1']);
  });

  it('is hours and minutes of a clock that counts time, with its seconds where there are some', () => {
    expect(shown({ used_seconds: 5_400, total_seconds: 5_400 })).toEqual(['1:30 1:30']);
    expect(
      shown({ used_seconds: 5_407, total_seconds: 5_407 }, { used_seconds: 60, total_seconds: 5_467 }),
    ).toEqual(['1:30:07 1:30:07', '0:01:00 1:31:07']);
  });
});
