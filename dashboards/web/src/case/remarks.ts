/** What a line of a ledger says beside its numbers, in the order in which the dossier says it. */
import type { LedgerLine, Level } from '../api/types';
import type { Language } from '../i18n';

export interface Remark {
  tone: 'note' | 'level' | 'due' | 'over';
  level: Level;
  text: string;
}

export interface Words {
  say: (key: string, values: Record<string, string>) => string;
  /** An instant as it is to be told on that line: the time of day, with its date where that is another. */
  when: (instant: string, line: LedgerLine) => string;
  span: (seconds: number) => string;
  level: (level: Level) => string;
}

export function remarksOf(line: LedgerLine, lang: Language, words: Words): Remark[] {
  const note = (text: string): Remark => ({ tone: 'note', level: 0, text });
  const out = (line.notes ?? []).map((one) => note(one[lang]));
  if (line.counted_hours && line.counted_hours !== line.hours)
    out.push(note(words.say('ledger.countedHours', { hours: line.counted_hours })));
  if (line.paused_seconds)
    out.push(note(words.say('ledger.pausedFor', { span: words.span(line.paused_seconds) })));
  for (const one of line.thresholds ?? []) {
    if (one.after === null) continue;
    const values = { level: words.level(one.level), time: words.when(one.after, line) };
    out.push(
      one.reached === false
        ? note(words.say('ledger.notReached', values))
        : { tone: 'level', level: one.level, text: words.say('ledger.threshold', values) },
    );
  }
  if (line.due)
    out.push({ tone: 'due', level: 0, text: words.say('ledger.dueHere', { time: words.when(line.due, line) }) });
  if (line.over_seconds)
    out.push({ tone: 'over', level: 0, text: words.say('ledger.overBy', { span: words.span(line.over_seconds) }) });
  return out;
}
