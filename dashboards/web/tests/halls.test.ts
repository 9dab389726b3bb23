import { describe, expect, it } from 'vitest';
import type { WallHall } from '../src/api/types';
import { hasFairRate, inOrder } from '../src/wall/hallOrder';

function hall(change: Partial<WallHall>): WallHall {
  return {
    hall: 'h',
    title: 'H',
    level: 'township',
    state: 'reporting',
    last_event: null,
    open: 0,
    overdue: 0,
    on_time: { value: 1, numerator: 40, denominator: 40 },
    sample_too_small: false,
    rank: null,
    ...change,
  };
}

describe('the ranking of halls', () => {
  it('puts ranked halls first, then the others by level and sample', () => {
    const halls = [
      hall({ hall: 'village', level: 'village', sample_too_small: true }),
      hall({ hall: 'second', rank: 2 }),
      hall({ hall: 'small', sample_too_small: true }),
      hall({ hall: 'first', rank: 1 }),
    ];
    expect(inOrder(halls).map((one) => one.hall)).toEqual(['first', 'second', 'small', 'village']);
  });

  it('leaves the given list as it is', () => {
    const halls = [hall({ hall: 'b', rank: 2 }), hall({ hall: 'a', rank: 1 })];
    inOrder(halls);
    expect(halls[0]?.hall).toBe('b');
  });

  it('gives no rate without a denominator, nor for a small sample', () => {
    expect(hasFairRate(hall({}))).toBe(true);
    expect(hasFairRate(hall({ sample_too_small: true }))).toBe(false);
    expect(hasFairRate(hall({ on_time: { value: null, numerator: 0, denominator: 0 } }))).toBe(false);
  });
});
