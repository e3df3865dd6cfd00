import { computed, type ComputedRef, ref, type Ref } from 'vue';
import { en, type Texts } from './en';
import { zh } from './zh';

export type Language = 'en' | 'zh';
export type { Texts };

const KEY = 'tidings.console.language';
const TAGS: Record<Language, string> = { en: 'en', zh: 'zh-CN' };

export const language: Ref<Language> = ref('en');

/** The texts of the language that is set: `texts.value.phones.title`, in a template `t.phones.title`. */
export const texts: ComputedRef<Texts> = computed(() => (language.value === 'zh' ? zh : en));

/** The language's tag, for what the browser formats. */
export const tag: ComputedRef<string> = computed(() => TAGS[language.value]);

export function setLanguage(chosen: Language): void {
  language.value = chosen;
  document.documentElement.lang = TAGS[chosen];
  localStorage.setItem(KEY, chosen);
}

/** As the user chose before, else as the browser is set. */
export function firstLanguage(stored: string | null, browser: readonly string[]): Language {
  if (stored === 'en' || stored === 'zh') {
    return stored;
  }
  const known = browser.map((each) => each.slice(0, 2).toLowerCase()).find((each) => each === 'en' || each === 'zh');
  return (known as Language | undefined) ?? 'en';
}

export function startLanguage(): void {
  const chosen = firstLanguage(localStorage.getItem(KEY), navigator.languages);
  language.value = chosen;
  document.documentElement.lang = TAGS[chosen];
}
