import type { Message } from '@tidings/store';
import { defineComponent, h, ref } from 'vue';
import { storeProps } from './props.js';
import { TidingsBadge } from './tidings-badge.js';
import { TidingsBanner } from './tidings-banner.js';
import { TidingsList } from './tidings-list.js';

/** The global prompt of an app: a bell with a badge, the list behind it, and banners. To be put once beside the app's pages. */
export const TidingsPrompt = defineComponent({
  name: 'TidingsPrompt',
  props: storeProps,
  emits: { open: (_message: Message) => true },
  setup(props, { emit }) {
    const isListed = ref(false);
    const open = (message: Message): void => {
      isListed.value = false;
      emit('open', message);
    };
    return () => {
      const { store, labels } = props;
      return h('div', { class: 'tidings-prompt' }, [
        h(
          'button',
          {
            type: 'button',
            class: 'tidings-bell',
            'aria-label': labels.notifications,
            'aria-expanded': isListed.value,
            onClick: () => (isListed.value = !isListed.value),
          },
          ['🔔', h(TidingsBadge, { store, labels })],
        ),
        isListed.value ? h(TidingsList, { store, labels, onOpen: open }) : null,
        h(TidingsBanner, { store, labels, onOpen: open }),
      ]);
    };
  },
});
