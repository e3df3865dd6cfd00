import { computed, ref, watch } from 'vue';
import { stored } from './stored';

export type Theme = 'system' | 'light' | 'dark';

const isTheme = (value: unknown): value is Theme => value === 'system' || value === 'light' || value === 'dark';

export const theme = stored<Theme>('tidings.console.theme', 'system', isTheme);

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = ref(dark.matches);
dark.addEventListener('change', ({ matches }) => (isSystemDark.value = matches));

export const isDark = computed(() => (theme.value === 'system' ? isSystemDark.value : theme.value === 'dark'));

export function startTheme(): void {
  watch(isDark, (now) => (document.documentElement.dataset['theme'] = now ? 'dark' : 'light'), { immediate: true });
}
