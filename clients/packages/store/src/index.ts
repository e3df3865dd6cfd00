/** The notifications that a device has received, as an observable store; and local ones. */
export { LocalNotifications, type LocalNotification, type LocalOptions } from './local-notifications.js';
export { isVisible, type Message, messageOf } from './message.js';
export { MessageStore, type StoreOptions } from './message-store.js';
export { reportTo } from './report.js';
export type { State } from './state.js';
