import type { MessageStore } from '@tidings/store';
import type { PropType } from 'vue';
import { englishLabels, type Labels } from './labels.js';

/** What every component takes. */
export const storeProps = {
  store: { type: Object as PropType<MessageStore>, required: true },
  labels: { type: Object as PropType<Labels>, default: () => englishLabels },
} as const;
