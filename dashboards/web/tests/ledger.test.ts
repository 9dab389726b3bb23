import { describe, expect, it } from 'vitest';
import type { LedgerLine } from '../src/api/types';
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
