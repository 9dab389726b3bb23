import type { WallFinding } from '../api/types';

/** Whether a finding's clock has time left or is over, and by how many seconds; null without a clock. */
export function spanOf(finding: WallFinding): { kind: 'left' | 'over'; seconds: number } | null {
  if (finding.over_seconds !== null && finding.over_seconds > 0)
    return { kind: 'over', seconds: finding.over_seconds };
  if (finding.remaining_seconds !== null) return { kind: 'left', seconds: finding.remaining_seconds };
  return finding.over_seconds !== null ? { kind: 'over', seconds: finding.over_seconds } : null;
}
