/** Names of clocks, limits and events in the reader's language; what has no name there is shown as it is. */
import { useI18n } from 'vue-i18n';
import type { CaseEvent, Limit } from '../api/types';
import type { Missing } from '../case/awaited';
import { language } from '../i18n';
import { subjectOf } from './subjects';

export function useTexts(instant: (text: string) => string) {
  const { t, te } = useI18n();
  const known = (key: string, raw: string) => (te(key) ? t(key) : raw);

  /** `stage:审核@1` is "环节 审核（第 1 轮）"; a suspension named by its event is called by its kind. */
  function clock(key: string, events: readonly CaseEvent[] = []): string {
    const [plain = '', round] = key.split('@');
    const colon = plain.indexOf(':');
    const name = colon < 0 ? plain : plain.slice(0, colon);
    const own = colon < 0 ? '' : plain.slice(colon + 1);
    const cause = events.find((event) => event.type === 'case.suspended' && [event.id, event.data.span].includes(own));
    const detail = cause === undefined ? own : kind(String(cause.data.kind ?? 'other'));
    const text = known(`clocks.name.${name}`, name) + (detail === '' ? '' : ` · ${detail}`);
    return round === undefined ? text : t('clocks.round', { clock: text, n: round });
  }

  function limit(value: Limit | null): string {
    if (value === null) return t('limit.none');
    if (value.until !== undefined) return t('limit.until', { time: instant(value.until) });
    const n = Number(value.amount);
    const text = t(`limit.${value.unit}`, { n: value.amount ?? 0 }, Number.isFinite(n) ? n : 2);
    return value.mode === 'instant' && value.unit === 'working_day'
      ? `${text} · ${t('limit.instantMode')}`
      : text;
  }

  function kind(value: string): string {
    return known(`kind.${value}`, value);
  }

  /** A limit as events give it: an object, or short, "7 working_day". */
  function sentLimit(value: unknown): string | null {
    if (typeof value === 'object' && value !== null) return limit(value as Limit);
    const short = typeof value === 'string' ? /^(\S+) (\S+)(?: (date|instant))?$/.exec(value) : null;
    if (short === null || !te(`limit.${short[2]}`)) return typeof value === 'string' ? value : null;
    return limit({ amount: short[1] ?? '', unit: short[2] ?? '', mode: short[3] ?? null });
  }

  function reference(missing: Missing): string {
    if (missing.kind === null) return missing.text[language.value];
    return `${known(`clocks.reference.${missing.kind}`, missing.kind)} ${missing.name}`;
  }

  /** What a subject that is no case is called, with the titles of its hall and item where they are known. */
  function subject(id: string, titles: { hall?: string | null | undefined; item?: string | null | undefined } = {}): string {
    const { kind, key, part } = subjectOf(id);
    const title = kind === 'item' ? titles.item : kind === 'receipt' ? null : titles.hall;
    return t(`subject.${kind}`, { name: title ?? key, part });
  }

  return {
    clock,
    subject,
    reference,
    sentLimit,
    kind,
    limit,
    event: (type: string) => known(`event.${type}`, type),
    status: (status: string) => known(`case.status.${status}`, status),
    reason: (reason: string) => known(`facts.reason.${reason}`, reason),
    value: (field: string, value: string) => known(`facts.value.${field}.${value}`, value),
    field: (name: string) => known(`facts.field.${name}`, name),
  };
}

export type Texts = ReturnType<typeof useTexts>;
