import { describe, expect, it } from 'vitest';
import { formatInstant, formatShare } from '../src/speech/formats';
import { fromLocal, toLocal } from '../src/speech/zoned';

describe('shares', () => {
  it('shows one decimal', () => {
    expect(formatShare(0.9718, 'zh')).toBe('97.2%');
  });
  it('never rounds a missed matter away', () => {
    expect(formatShare(0.99996, 'zh')).toBe('99.9%');
    expect(formatShare(1, 'zh')).toBe('100%');
  });
  it('never rounds a single success away', () => {
    expect(formatShare(0.00001, 'en')).toBe('0.1%');
    expect(formatShare(0, 'en')).toBe('0.0%');
  });
});

describe('instants', () => {
  const instant = '2026-06-24T03:00:00.395520Z';
  it('are told in the zone of the data', () => {
    expect(formatInstant(instant, 'seconds', 'zh', 'Asia/Shanghai')).toBe('11:00:00');
    expect(formatInstant(instant, 'clock', 'en', 'Europe/Amsterdam')).toBe('05:00');
  });
  it('follow the language', () => {
    expect(formatInstant(instant, 'date', 'zh', 'Asia/Shanghai')).toBe('2026年6月24日');
    expect(formatInstant(instant, 'date', 'en', 'Asia/Shanghai')).toBe('24 June 2026');
  });
  it('say midnight as 00:00', () => {
    expect(formatInstant('2026-06-23T16:00:00Z', 'clock', 'en', 'Asia/Shanghai')).toBe('00:00');
  });
});

describe('local times of a form', () => {
  it('go there and back', () => {
    const instant = Date.parse('2026-06-24T03:00:01Z');
    expect(toLocal(instant, 'Asia/Shanghai')).toBe('2026-06-24T11:00:01');
    expect(fromLocal('2026-06-24T11:00:01', 'Asia/Shanghai')).toBe(instant);
  });
  it('know summer time', () => {
    expect(fromLocal('2026-07-01T12:00:00', 'Europe/Amsterdam')).toBe(Date.parse('2026-07-01T10:00:00Z'));
    expect(fromLocal('2026-01-01T12:00:00', 'Europe/Amsterdam')).toBe(Date.parse('2026-01-01T11:00:00Z'));
  });
  it('read a skipped time as after the change', () => {
    const instant = fromLocal('2026-03-29T02:30:00', 'Europe/Amsterdam');
    expect(instant).not.toBeNull();
    expect(toLocal(instant ?? 0, 'Europe/Amsterdam')).toMatch(/T0[13]:30:00$/);
  });
  it('refuse what is no time', () => {
    expect(fromLocal('tomorrow', 'Asia/Shanghai')).toBeNull();
    expect(fromLocal('2026-13-40T99:00:00', 'Asia/Shanghai')).toBeNull();
  });
});
