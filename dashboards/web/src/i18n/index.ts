import { createI18n } from 'vue-i18n';
import { computed, watchEffect } from 'vue';
import en from './en';
import type { Messages } from './shape';
import zh from './zh';

export type Language = 'zh' | 'en';
export const LANGUAGES: readonly Language[] = ['zh', 'en'];

/** The tag for `lang` and for Intl. British English writes 24-hour times. */
export const TAGS: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };

const KEY = 'sundial.language';

export function isLanguage(value: unknown): value is Language {
  return value === 'zh' || value === 'en';
}

/** The address first, then what was chosen before, then the browser. */
export function firstLanguage(search: string, kept: string | null, browser: readonly string[]): Language {
  const asked = new URLSearchParams(search).get('lang');
  if (isLanguage(asked)) return asked;
  if (isLanguage(kept)) return kept;
  return browser.length > 0 && !browser.some((tag) => tag.toLowerCase().startsWith('zh')) ? 'en' : 'zh';
}

function kept(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // storage is switched off
  }
}

export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: firstLanguage(location.search, kept(), navigator.languages),
  fallbackLocale: 'zh',
  messages: { zh, en },
});

export const language = computed<Language>(() => i18n.global.locale.value);

/** Switch the language of everything and remember it. */
export function speak(next: Language): void {
  i18n.global.locale.value = next;
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // remembered in the address only
  }
  const address = new URL(location.href);
  if (address.searchParams.has('lang')) {
    address.searchParams.set('lang', next);
    history.replaceState(history.state, '', address);
  }
}

watchEffect(() => {
  document.documentElement.lang = TAGS[language.value];
  document.title = `${i18n.global.t('app.name')} · ${i18n.global.t('app.system')}`;
});
