import type { Device } from '../device.js';
import type { SharedRequest } from './messages.js';

/** So many reports are known at most. */
const MOST = 256;

/** The requests of all tabs, made at the one with the connection. What several tabs report, the service is told once. */
export class Calls {
  private readonly reports = new Map<string, Promise<unknown>>();

  call(device: Device, request: SharedRequest, args: unknown[]): Promise<unknown> {
    const make = (): Promise<unknown> => (device[request] as (...args: unknown[]) => Promise<unknown>).apply(device, args);
    return request === 'displayed' || request === 'opened' ? this.once(JSON.stringify([request, ...args]), make) : make();
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
