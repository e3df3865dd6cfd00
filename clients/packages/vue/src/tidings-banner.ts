import type { Message } from '@tidings/store';
import { defineComponent, h, onBeforeUnmount, shallowRef, watch } from 'vue';
import { storeProps } from './props.js';
import { isPageVisible, onPageVisible } from './visibility.js';

/**
 * Shows what has just come, for some seconds: the newest at the top, three at most. What comes while the user looks at another page
 * is shown when they are back.
 */
export const TidingsBanner = defineComponent({
  name: 'TidingsBanner',
  props: {
    ...storeProps,
    /** How long a banner stays, in milliseconds. */
    duration: { type: Number, default: 6_000 },
    /** How many are shown at once. */
    most: { type: Number, default: 3 },
  },
  emits: { open: (_message: Message) => true },
  setup(props, { emit }) {
    const shown = shallowRef<readonly Message[]>([]);
    let unseen: readonly Message[] = [];
    const timers = new Map<Message, ReturnType<typeof setTimeout>>();

    const dismiss = (message: Message): void => {
      clearTimeout(timers.get(message));
      timers.delete(message);
      shown.value = shown.value.filter((each) => each !== message);
    };
    const show = (message: Message): void => {
      if (message.title === '' && message.body === '') {
        return;
      }
      if (!isPageVisible()) {
        unseen = [...unseen, message].slice(-props.most);
        return;
      }
      shown.value.slice(Math.max(0, props.most - 1)).forEach(dismiss);
      shown.value = [message, ...shown.value];
      timers.set(message, setTimeout(() => dismiss(message), props.duration));
      props.store.shown(message);
    };
    const open = (message: Message): void => {
      dismiss(message);
      void props.store.open(message);
      emit('open', message);
    };

    const isUnread = (message: Message): boolean =>
      props.store.messages.some(({ id, app, isRead }) => id === message.id && app === message.app && !isRead);
    // What was withdrawn or read elsewhere is not shown any more.
    const follow = (): void => shown.value.filter((each) => !isUnread(each)).forEach(dismiss);
    const back = (): void => {
      const messages = unseen.filter(isUnread);
      unseen = [];
      messages.forEach(show);
    };
    let ends: (() => void)[] = [];
    const end = (): void => ends.forEach((each) => each());
    watch(
      () => props.store,
      (store) => {
        end();
        ends = [store.onMessage(show), store.subscribe(follow), onPageVisible(back)];
      },
      { immediate: true },
    );
    onBeforeUnmount(() => {
      end();
      timers.forEach((timer) => clearTimeout(timer));
    });

    return () =>
      h(
        'div',
        { class: 'tidings-banners', role: 'status', 'aria-live': 'polite' },
        shown.value.map((message) =>
          h('div', { class: 'tidings-banner', key: `${message.app}/${message.id}` }, [
            h('button', { type: 'button', class: 'tidings-banner-text', onClick: () => open(message) }, [
              message.title ? h('strong', message.title) : null,
              message.body ? h('span', message.body) : null,
            ]),
            h(
              'button',
              {
                type: 'button',
                class: 'tidings-close',
                'aria-label': props.labels.dismiss,
                onClick: () => dismiss(message),
              },
              '×',
            ),
          ]),
        ),
      );
  },
});
