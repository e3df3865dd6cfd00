import type { Device } from '../device.js';
import type { SharedRequest } from './messages.js';

/** So many reports are known at most. */
const MOST = 256;

/** The requests of all tabs, made at the one with the connection. What several tabs report, the service is told once. */
export class Calls {
  private readonly reports = new Map<string, Promise<unknown>>();
  /** What each device is doing, by who has asked for it. */
  private readonly open = new WeakMap<Device, Map<string, Promise<unknown>>>();

  /** @param asker names the request of one tab: it comes twice from one that has asked just before it heard who leads now */
  call(device: Device, request: SharedRequest, args: unknown[], asker: string): Promise<unknown> {
    const make = (): Promise<unknown> => (device[request] as (...args: unknown[]) => Promise<unknown>).apply(device, args);
    const isReport = request === 'displayed' || request === 'opened';
    return isReport ? this.once(JSON.stringify([request, ...args]), make) : this.whileOpen(device, asker, make);
  }

  private whileOpen(device: Device, asker: string, make: () => Promise<unknown>): Promise<unknown> {
    const open = this.open.get(device) ?? new Map<string, Promise<unknown>>();
    this.open.set(device, open);
    const before = open.get(asker);
    if (before) {
      return before;
    }
    const call = make().finally(() => open.delete(asker));
    open.set(asker, call);
    return call;
  }

  /** @returns what has come, or will come, of the first; one that has failed is made again */
  private once(name: string, make: () => Promise<unknown>): Promise<unknown> {
    const before = this.reports.get(name);
    if (before) {
      return before;
    }
    const report = make();
    this.reports.set(name, report);
    report.catch(() => this.reports.delete(name));
    if (this.reports.size > MOST) {
      const [oldest] = this.reports.keys();
      this.reports.delete(oldest!);
    }
    return report;
  }
}
