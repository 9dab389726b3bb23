import { expect, it } from 'vitest';
import type { Issue, IssuedLive } from '../src/api/types';
import { issuedOtherwise } from '../src/case/issuedOtherwise';

const issue = (code: string, recorded: string): Issue => ({
  id: `${code}/raised/1`,
  type: 'finding.raised',
  finding: code,
  code,
  level: 2,
  clock: 'promised',
  round: 1,
  occurred: recorded,
  recorded,
  reason: null,
  cause: null,
});

it('says nothing where both agree', () => {
  const live: IssuedLive = {
    differs: false,
    entries: [{ ...issue('TL-02', '2026-03-09T09:00:00Z'), engine: '1', computed: true }],
    not_issued: [],
  };
  expect(issuedOtherwise(live)).toEqual([]);
});

it('shows what was issued then and what is computed now, in order of time', () => {
  const live: IssuedLive = {
    differs: true,
    entries: [
      { ...issue('TL-02', '2026-03-09T09:00:00Z'), engine: '1', computed: true },
      { ...issue('TL-10', '2026-03-12T09:00:00Z'), engine: null, computed: false },
    ],
    not_issued: [issue('TL-03', '2026-03-10T09:00:00Z')],
  };
  expect(issuedOtherwise(live).map(({ issue: { code }, was, engine }) => [code, was, engine])).toEqual([
    ['TL-03', 'notIssued', null],
    ['TL-10', 'issued', null],
  ]);
});

it('tells what an upgrade issued from what is not judged so any more', () => {
  const raised = { ...issue('TL-03', '2026-11-25T09:00:00Z'), cause: 'engine 2', engine: '2', computed: false };
  const live: IssuedLive = { differs: true, entries: [raised], not_issued: [issue('TL-03', '2026-03-10T09:00:00Z')] };
  expect(issuedOtherwise(live).map(({ was }) => was)).toEqual(['notIssued', 'upgrade']);
});
