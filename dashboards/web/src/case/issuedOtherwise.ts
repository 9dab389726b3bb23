import type { Issue, IssuedLive } from '../api/types';

export interface Otherwise {
  issue: Issue;
  /** Version of the judging code that issued it; null where none is known, or nothing was issued. */
  engine: string | null;
  /** Issued and not judged so now; issued because the judging code was upgraded; judged so now and never issued. */
  was: 'issued' | 'upgrade' | 'notIssued';
}

/** What an upgrade of the judging code issues has the new version as its cause. */
const UPGRADE = /^engine /;

/** Entries on which live supervision and the present judging code do not agree, in order of time. */
export function issuedOtherwise(live: IssuedLive): Otherwise[] {
  const issued = live.entries
    .filter((entry) => !entry.computed)
    .map(
      (entry): Otherwise => ({
        issue: entry,
        engine: entry.engine,
        was: UPGRADE.test(entry.cause ?? '') ? 'upgrade' : 'issued',
      }),
    );
  const never = live.not_issued.map((entry): Otherwise => ({ issue: entry, engine: null, was: 'notIssued' }));
  return [...issued, ...never].sort((a, b) => Date.parse(a.issue.recorded) - Date.parse(b.issue.recorded));
}
