/** Names of clocks, limits and events in the reader's language; what has no name there is shown as it is. */
import { useI18n } from 'vue-i18n';
import type { Limit } from '../api/types';

export function useTexts(instant: (text: string) => string) {
  const { t, te } = useI18n();
  const known = (key: string, raw: string) => (te(key) ? t(key) : raw);

  /** `stage:审核@1` is "环节 审核（第 1 轮）". */
  function clock(key: string): string {
    const [plain = '', round] = key.split('@');
    const colon = plain.indexOf(':');
    const name = colon < 0 ? plain : plain.slice(0, colon);
    const detail = colon < 0 ? '' : ` ${plain.slice(colon + 1)}`;
    const text = known(`clocks.name.${name}`, name) + detail;
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

  return {
    clock,
    limit,
    event: (type: string) => known(`event.${type}`, type),
    ledgerKind: (kind: string) => known(`ledger.kind.${kind}`, kind),
    status: (status: string) => known(`case.status.${status}`, status),
    reason: (reason: string) => known(`facts.reason.${reason}`, reason),
    field: (name: string) => known(`facts.field.${name}`, name),
  };
}

export type Texts = ReturnType<typeof useTexts>;
