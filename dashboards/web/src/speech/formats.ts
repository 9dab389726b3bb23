/** Instants, numbers and shares in the reader's language and in the zone of the data. */
import { computed, type Ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { language, TAGS, type Language } from '../i18n';
import { partsOf, sayParts } from './span';

type Instant = string | number;

const STYLES = {
  clock: { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  seconds: { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' },
  date: { year: 'numeric', month: 'long', day: 'numeric' },
  day: { month: 'short', day: 'numeric' },
  month: { year: 'numeric', month: 'short' },
  weekday: { weekday: 'long' },
  shortWeekday: { weekday: 'short' },
  short: { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  dated: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  },
  full: {
    year: 'numeric',
    month: 'short',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  },
} satisfies Record<string, Intl.DateTimeFormatOptions>;

export type Style = keyof typeof STYLES;

const made = new Map<string, Intl.DateTimeFormat>();

/** An instant in a zone. Formatters are kept: making one is slow. */
export function formatInstant(instant: Instant, style: Style, lang: Language, zone: string): string {
  const key = `${style} ${lang} ${zone}`;
  let format = made.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat(TAGS[lang], { ...STYLES[style], timeZone: zone });
    made.set(key, format);
  }
  return format.format(new Date(instant));
}

/** "98.2 %": one decimal, never rounded up to 100 % or down to 0 %. */
export function formatShare(value: number, lang: Language): string {
  const shown = value < 1 ? Math.min(value, 0.999) : value;
  return new Intl.NumberFormat(TAGS[lang], {
    style: 'percent',
    minimumFractionDigits: shown === 1 ? 0 : 1,
    maximumFractionDigits: 1,
  }).format(shown > 0 ? Math.max(shown, 0.001) : shown);
}

export function formatCount(value: number, lang: Language): string {
  return new Intl.NumberFormat(TAGS[lang]).format(value);
}

/** The formats for one zone, following the language. */
export function useFormats(zone: Ref<string>) {
  const { t } = useI18n();
  return computed(() => {
    const lang = language.value;
    return {
      instant: (instant: Instant, style: Style) => formatInstant(instant, style, lang, zone.value),
      share: (value: number) => formatShare(value, lang),
      count: (value: number) => formatCount(value, lang),
      span: (seconds: number, openDay: number | null) =>
        sayParts(partsOf(seconds, openDay), (key, n) => t(key, { n }, n)),
    };
  });
}
