import { shallowRef } from 'vue';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: 'good' | 'bad';
}

const MOST = 4;
const SHOWN_FOR = 6_000;

let last = 0;

export const toasts = shallowRef<readonly Toast[]>([]);

/** Says at the edge of the page what was done. A failure stays until it is closed. */
export function say(text: string, tone: Toast['tone'] = 'good'): void {
  const id = ++last;
  toasts.value = [...toasts.value, { id, text, tone }].slice(-MOST);
  if (tone === 'good') {
    setTimeout(() => dismiss(id), SHOWN_FOR);
  }
}

export function dismiss(id: number): void {
  toasts.value = toasts.value.filter((each) => each.id !== id);
}
