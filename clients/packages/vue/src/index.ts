/** Vue components that show the messages of a store. */
export { chineseLabels, englishLabels, type Labels } from './labels.js';
export type { Sounds } from './sounds.js';
export { TidingsAlert } from './tidings-alert.js';
export { TidingsBadge } from './tidings-badge.js';
export { TidingsBanner } from './tidings-banner.js';
export { TidingsList } from './tidings-list.js';
export { TidingsPrompt } from './tidings-prompt.js';
