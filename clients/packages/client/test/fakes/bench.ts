import {
  type ConnectionChange,
  DeviceClient,
  type DeviceOptions,
  memoryStorage,
  type NotificationListener,
  type Platform,
  type ReceivedNotification,
  type Storage,
} from '../../src/index.js';
import { FakeServer } from './fake-server.js';
import { ManualClock } from './manual-clock.js';

export const APP = 'com.example.news';

/** A device with everything around it under the test's control. */
export class Bench {
  readonly server = new FakeServer();
  readonly clock = new ManualClock();
  readonly changes: ConnectionChange[] = [];
  readonly problems: unknown[] = [];
  readonly received: ReceivedNotification[] = [];
  jitter = 0.5;
  private readonly wakers = new Set<() => void>();

  readonly platform: Platform;

  constructor(storage: Storage = memoryStorage()) {
    this.platform = {
      transport: this.server,
      storage,
      clock: this.clock,
      random: () => this.jitter,
      onWake: (woken) => {
        this.wakers.add(woken);
        return () => this.wakers.delete(woken);
      },
    };
  }

  device(
    options: Partial<DeviceOptions> = {},
    listener: Partial<NotificationListener> = {},
    platform: Partial<Platform> = {},
  ): DeviceClient {
    return new DeviceClient(
      { servers: 'ws://one:8083/mqtt', serial: 'phone-1', ...options },
      { onNotification: (notification) => void this.received.push(notification), ...listener },
      { ...this.platform, ...platform },
      {
        onConnectionChange: (change) => this.changes.push(change),
        onProblem: (failure) => this.problems.push(failure),
      },
    );
  }

  /** A device that is connected. */
  async connected(options: Partial<DeviceOptions> = {}, listener: Partial<NotificationListener> = {}): Promise<DeviceClient> {
    const device = this.device(options, listener);
    await device.connect();
    await this.server.settled();
    return device;
  }

  wake(): void {
    this.wakers.forEach((each) => each());
  }

  get ids(): string[] {
    return this.received.map(({ id }) => id);
  }

  get states(): string[] {
    return this.changes.map(({ state }) => state);
  }
}
