/** A device of Tidings: connects, registers apps, receives notifications and confirms them. */
export type { Backoff } from './connection/backoff.js';
export type { ConnectionChange } from './connection/connection.js';
export type { Device, Hints, NotificationRef, Registration } from './device.js';
export { DeviceClient, type DeviceObserver } from './device-client.js';
export { type FailureKind, TidingsError } from './errors.js';
export { openDevice } from './open-device.js';
export type { DeviceOptions, TokenSupplier } from './options.js';
export { type Clock, systemClock } from './platform/clock.js';
export type { Platform } from './platform/platform.js';
export { memoryStorage, type Storage } from './platform/storage.js';
export type { LeadEvents, TabChannel, Tabs } from './platform/tabs.js';
export type { Line, LineEvents, Transport } from './platform/transport.js';
export { type Alert, parseAlert } from './receive/alert.js';
export type { NotificationListener } from './receive/listener.js';
export type { ReceivedNotification, Withdrawal } from './receive/notification.js';
export type { ReplayEnd, ReplayRequest } from './request/replays.js';
export { persistentSerial } from './serial.js';
export { SharedDevice } from './tabs/shared-device.js';
