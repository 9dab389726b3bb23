import { describe, expect, it } from 'vitest';
import { router } from '../src/router';
import { subjectOf } from '../src/speech/subjects';

describe('a subject', () => {
  it('without a prefix of ours is a case, whatever its number looks like', () => {
    for (const id of ['2026-000217', 'a:b', 'hallway:1', 'rg/2026:7'])
      expect(subjectOf(id)).toEqual({ kind: 'case', key: id, part: '' });
  });

  it('is told by its prefix', () => {
    expect(subjectOf('hall:weixian')).toEqual({ kind: 'hall', key: 'weixian', part: '' });
    expect(subjectOf('window:weixian/3')).toEqual({ kind: 'window', key: 'weixian', part: '3' });
    expect(subjectOf('item:permit')).toEqual({ kind: 'item', key: 'permit', part: '' });
    expect(subjectOf('receipt:R/17')).toEqual({ kind: 'receipt', key: 'R/17', part: '' });
    expect(subjectOf('ledger:P/2026-03-02')).toEqual({ kind: 'ledger', key: 'P', part: '2026-03-02' });
  });

  it('has a page of its own, even where its id holds a slash', () => {
    const { href } = router.resolve({ name: 'case', params: { id: 'window:weixian/3' } });
    expect(router.resolve(href)).toMatchObject({ name: 'case', params: { id: 'window:weixian/3' } });
  });
});
