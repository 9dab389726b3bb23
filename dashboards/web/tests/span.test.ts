import { describe, expect, it } from 'vitest';
import { i18n } from '../src/i18n';
import { partsOf, sayParts } from '../src/speech/span';

const OPEN_DAY = 7 * 3600;

function say(seconds: number, openDay: number | null, language: 'zh' | 'en'): string {
  i18n.global.locale.value = language;
  return sayParts(partsOf(seconds, openDay), (key, n) => i18n.global.t(key, { n }, n));
}

describe('working time is spoken as people speak', () => {
  it('says working days and hours', () => {
    const seconds = 2 * OPEN_DAY + 3 * 3600 + 59 * 60;
    expect(say(seconds, OPEN_DAY, 'zh')).toBe('2 工作日 3 小时');
    expect(say(seconds, OPEN_DAY, 'en')).toBe('2 working days 3 h');
  });

  it('says one working day in the singular', () => {
    expect(say(OPEN_DAY, OPEN_DAY, 'en')).toBe('1 working day');
  });

  it('says hours and minutes below a day', () => {
    expect(say(6 * 3600 + 5 * 60 + 59, OPEN_DAY, 'zh')).toBe('6 小时 5 分钟');
    expect(say(3600, OPEN_DAY, 'zh')).toBe('1 小时');
  });

  it('never says seconds', () => {
    expect(say(59, OPEN_DAY, 'zh')).toBe('不足 1 分钟');
    expect(say(0, null, 'en')).toBe('under 1 min');
    expect(say(97_243, OPEN_DAY, 'zh')).toBe('3 工作日 6 小时');
  });

  it('says plain days where elapsed time counts', () => {
    expect(say(28 * 3600, null, 'zh')).toBe('1 天 4 小时');
    expect(say(28 * 3600, null, 'en')).toBe('1 day 4 h');
  });

  it('says the days of a calendar that is open around the clock as working days', () => {
    expect(say(86_400, 86_400, 'zh')).toBe('1 工作日');
  });

  it('takes a negative span for none', () => {
    expect(partsOf(-5, OPEN_DAY)).toEqual([]);
  });
});
