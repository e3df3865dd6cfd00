import type { Device } from './device.js';
import { DeviceClient, type DeviceObserver } from './device-client.js';
import type { DeviceOptions } from './options.js';
import type { Platform } from './platform/platform.js';
import type { NotificationListener } from './receive/listener.js';
import { SharedDevice } from './tabs/shared-device.js';

/** Makes a device that shares its connection with the other tabs, where the platform lets it. */
export function openDevice(
  options: DeviceOptions,
  listener: NotificationListener,
  platform: Platform,
  observer: DeviceObserver = {},
): Device {
  const { tabs } = platform;
  return tabs
    ? new SharedDevice(options, listener, { ...platform, tabs }, observer)
    : new DeviceClient(options, listener, platform, observer);
}
