import type { Message } from '@tidings/store';
import { defineComponent, h, onBeforeUnmount, onMounted, type PropType, ref, shallowRef, watch } from 'vue';
import { storeProps } from './props.js';
import { play, type Sounds } from './sounds.js';
import { isPageVisible, onPageVisible } from './visibility.js';

/** So many alerts wait behind the one that is shown; the oldest go first, they stay in the list. */
const MOST_WAITING = 20;

/**
 * Shows what has come as iOS shows an alert: one at a time, in front of everything else, until the user answers it. It plays the
 * notification's sound, and has the number of unread messages put on the app's icon where the browser can do so.
 */
export const TidingsAlert = defineComponent({
  name: 'TidingsAlert',
  props: {
    ...storeProps,
    /** Which messages are shown so (default: all that have a text). */
    when: { type: Function as PropType<(message: Message) => boolean>, default: () => true },
    /** Where the sounds are that notifications name (default: none). */
    sounds: { type: Object as PropType<Sounds>, default: () => ({}) },
  },
  emits: { open: (_message: Message) => true },
  setup(props, { emit }) {
    const waiting = shallowRef<readonly Message[]>([]);
    const dialog = ref<HTMLDialogElement | null>(null);
    let current: Message | null = null;

    const come = (message: Message): void => {
      if ((message.title === '' && message.body === '') || !props.when(message)) {
        return;
      }
      const [first, ...others] = [...waiting.value, message];
      waiting.value = [first!, ...others.slice(-MOST_WAITING)];
      next();
    };
    /** Shows the first one, once the user is there to see it. */
    const next = (): void => {
      const [first] = waiting.value;
      if (first && first !== current && isPageVisible()) {
        current = first;
        props.store.shown(first);
        if (first.sound !== null) {
          play(props.sounds, first.sound);
        }
        if (dialog.value?.open === false) {
          dialog.value.showModal();
        }
      } else if (!first) {
        current = null;
        dialog.value?.close();
      }
    };
    const drop = (message: Message): void => {
      waiting.value = waiting.value.filter((each) => each !== message);
      next();
    };
    const dismiss = (message: Message): void => {
      drop(message);
      void props.store.markRead(message.app, message.id);
    };
    const open = (message: Message): void => {
      drop(message);
      void props.store.open(message);
      emit('open', message);
    };
    /** What was withdrawn or read elsewhere needs no answer any more. */
    const follow = (): void => {
      const { messages, unread } = props.store;
      waiting.value
        .filter((each) => !messages.some(({ id, app, isRead }) => id === each.id && app === each.app && !isRead))
        .forEach(drop);
      badge(unread);
    };

    let ends: (() => void)[] = [];
    const end = (): void => ends.forEach((each) => each());
    onMounted(() =>
      watch(
        () => props.store,
        (store) => {
          end();
          ends = [store.onMessage(come), store.subscribe(follow), onPageVisible(next)];
          badge(store.unread);
        },
        { immediate: true },
      ),
    );
    onBeforeUnmount(end);

    return () => {
      const [message] = waiting.value;
      return h(
        'dialog',
        {
          ref: dialog,
          class: 'tidings-alert',
          role: 'alertdialog',
          'aria-labelledby': 'tidings-alert-title',
          'aria-describedby': 'tidings-alert-body',
          // The Escape key.
          onCancel: (event: Event) => {
            event.preventDefault();
            if (message) {
              dismiss(message);
            }
          },
        },
        message
          ? [
              h('strong', { id: 'tidings-alert-title' }, message.title || message.app),
              h('p', { id: 'tidings-alert-body' }, message.body),
              h('div', { class: 'tidings-alert-actions' }, [
                h('button', { type: 'button', onClick: () => dismiss(message) }, props.labels.dismiss),
                h('button', { type: 'button', class: 'tidings-alert-open', onClick: () => open(message) }, props.labels.open),
              ]),
            ]
          : [],
      );
    };
  },
});

/** The number on the icon of an installed page. */
function badge(unread: number): void {
  if (typeof navigator !== 'undefined' && 'setAppBadge' in navigator) {
    navigator.setAppBadge(unread).catch(() => undefined);
  }
}
