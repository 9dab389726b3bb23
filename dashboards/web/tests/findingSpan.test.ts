import { describe, expect, it } from 'vitest';
import type { WallFinding } from '../src/api/types';
import { spanOf } from '../src/wall/findingSpan';

function finding(change: Partial<WallFinding>): WallFinding {
  return {
    finding: 'f',
    code: 'TL-02',
    title: { zh: '', en: '' },
    level: 2,
    subject: 'c',
    hall: null,
    hall_title: null,
    item: null,
    item_title: null,
    occurred: '2026-06-23T09:00:00Z',
    recorded: '2026-06-23T09:00:00Z',
    due: '2026-06-23T09:00:00Z',
    clock: 'promised',
    clock_state: 'missed',
    remaining_seconds: null,
    over_seconds: null,
    open_day_seconds: 27_000,
    ...change,
  };
}

describe('the time of a finding', () => {
  it('is over when its clock is', () => {
    expect(spanOf(finding({ over_seconds: 60 }))).toEqual({ kind: 'over', seconds: 60 });
  });
  it('is no time left when a late extension moved the due instant beyond the breach', () => {
    const due = '2026-06-30T09:00:00Z';
    expect(spanOf(finding({ due, remaining_seconds: 120_000 }))).toEqual({ kind: 'extended', due });
    expect(spanOf(finding({ due }))).toEqual({ kind: 'extended', due });
  });
  it('is left for a warning, whose due instant is still to come', () => {
    const due = '2026-06-25T09:00:00Z';
    expect(spanOf(finding({ level: 1, code: 'TL-04', clock_state: 'running', due, remaining_seconds: 60 }))?.kind).toBe('left');
    expect(spanOf(finding({ code: 'TL-01', clock_state: 'running', due, remaining_seconds: 60 }))?.kind).toBe('left');
  });
  it('is none without a clock', () => {
    expect(spanOf(finding({ due: null, clock: null, clock_state: null }))).toBeNull();
  });
});
