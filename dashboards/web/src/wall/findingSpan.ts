import type { WallFinding } from '../api/types';

export type FindingSpan =
  | { kind: 'left' | 'over'; seconds: number }
  /** Overdue once; an extension that came too late moved the due instant beyond the breach. */
  | { kind: 'extended'; due: string };

/** Whether a finding's clock has time left or is over, and by how many seconds; null without a clock. */
export function spanOf(finding: WallFinding): FindingSpan | null {
  if (finding.over_seconds !== null && finding.over_seconds > 0)
    return { kind: 'over', seconds: finding.over_seconds };
  if (finding.due !== null && isExtendedLate(finding, finding.due))
    return { kind: 'extended', due: finding.due };
  if (finding.remaining_seconds !== null) return { kind: 'left', seconds: finding.remaining_seconds };
  return finding.over_seconds !== null ? { kind: 'over', seconds: finding.over_seconds } : null;
}

/** The clock was missed and falls due later all the same: an extension after the breach does not cure it. */
function isExtendedLate(finding: WallFinding, due: string): boolean {
  return finding.clock_state === 'missed' && Date.parse(finding.occurred) < Date.parse(due);
}
