import { useMessages } from '@tidings/store/vue';
import { defineComponent, h } from 'vue';
import { storeProps } from './props.js';

/** How many messages are unread; nothing if none are. */
export const TidingsBadge = defineComponent({
  name: 'TidingsBadge',
  props: storeProps,
  setup(props) {
    const { unread } = useMessages(props.store);
    return () =>
      unread.value === 0
        ? null
        : h(
            'span',
            { class: 'tidings-badge', 'aria-label': props.labels.unread(unread.value) },
            unread.value > 99 ? '99+' : String(unread.value),
          );
  },
});
