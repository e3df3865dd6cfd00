import type { Clock } from './clock.js';
import type { Storage } from './storage.js';
import type { Tabs } from './tabs.js';
import type { Transport } from './transport.js';

/** What a client needs of the place where it runs. */
export interface Platform {
  readonly transport: Transport;
  readonly storage: Storage;
  readonly clock: Clock;
  /** From 0 to below 1. */
  random(): number;
  /**
   * Tells when the page or the app comes back to the foreground, or the device comes online.
   *
   * @returns ends that
   */
  onWake(woken: () => void): () => void;
  /** Absent: each tab has a connection of its own. */
  readonly tabs?: Tabs;
}
