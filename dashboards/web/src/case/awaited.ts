import type { ClockReading, Verdict } from '../api/types';

/** Reference data that is not known: its kind and name, or, where no kind is told, only the text. */
export interface Missing {
  kind: string | null;
  name: string;
  text: { zh: string; en: string };
}

const BEFORE_ACCEPTANCE = ['not_started', 'received'];
const NAMED = /^(\S+) (.+) is not known$/;

/** What a pending clock that should be running waits for; none where it has only not begun yet. */
export function awaited(verdict: Verdict, clock: ClockReading): Missing[] {
  if (clock.state !== 'pending') return [];
  if (clock.name !== 'acceptance' && BEFORE_ACCEPTANCE.includes(verdict.status)) return [];
  const texts = verdict.irregularities.filter((one) => one.kind === 'missing_reference').map((one) => one.text);
  const once = new Map(texts.map((text) => [text.en, text]));
  return [...once.values()].map((text) => {
    const [, kind = null, name = ''] = NAMED.exec(text.en) ?? [];
    return { kind, name, text };
  });
}
