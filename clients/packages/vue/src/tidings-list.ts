import type { Message } from '@tidings/store';
import { useMessages } from '@tidings/store/vue';
import { defineComponent, h, type VNode } from 'vue';
import { storeProps } from './props.js';

/** The messages, the newest at the top. */
export const TidingsList = defineComponent({
  name: 'TidingsList',
  props: storeProps,
  emits: { open: (_message: Message) => true },
  setup(props, { emit }) {
    const { messages, unread } = useMessages(props.store);
    const open = (message: Message): void => {
      void props.store.open(message);
      emit('open', message);
    };
    const row = (message: Message): VNode =>
      h('li', { key: `${message.app}/${message.id}`, class: { 'tidings-unread': !message.isRead } }, [
        h('button', { type: 'button', class: 'tidings-row', onClick: () => open(message) }, [
          message.title ? h('strong', message.title) : null,
          h('span', message.body),
          h('time', { datetime: new Date(message.receivedAt).toISOString() }, new Date(message.receivedAt).toLocaleString()),
        ]),
        h(
          'button',
          {
            type: 'button',
            class: 'tidings-close',
            'aria-label': props.labels.remove,
            onClick: () => void props.store.remove(message.app, message.id),
          },
          '×',
        ),
      ]);
    return () =>
      h('section', { class: 'tidings-list', 'aria-label': props.labels.notifications }, [
        h('div', { class: 'tidings-actions' }, [
          h(
            'button',
            { type: 'button', disabled: unread.value === 0, onClick: () => void props.store.readAll() },
            props.labels.readAll,
          ),
          h(
            'button',
            { type: 'button', disabled: messages.value.length === 0, onClick: () => void props.store.clear() },
            props.labels.clear,
          ),
        ]),
        messages.value.length === 0
          ? h('p', { class: 'tidings-empty' }, props.labels.empty)
          : h('ul', messages.value.map(row)),
      ]);
  },
});
