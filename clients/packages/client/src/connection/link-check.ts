import type { Clock } from '../platform/clock.js';

/** Asks now and then whether the other side is still there, for a line that broke often says nothing. */
export class LinkCheck {
  private stopWaiting: (() => void) | null = null;
  private stopTicking: (() => void) | null = null;

  /**
   * @param ping sends a PINGREQ
   * @param silent called if there was no answer in time
   */
  constructor(
    private readonly clock: Clock,
    private readonly patience: number,
    private readonly ping: () => void,
    private readonly silent: () => void,
  ) {}

  /** Checks at this interval from now on. */
  start(interval: number): void {
    this.stopTicking = this.clock.after(interval, () => {
      this.start(interval);
      this.now();
    });
  }

  /** Checks now, unless it does so already. */
  now(): void {
    if (!this.stopWaiting) {
      this.stopWaiting = this.clock.after(this.patience, this.silent);
      this.ping();
    }
  }

  answered(): void {
    this.stopWaiting?.();
    this.stopWaiting = null;
  }

  stop(): void {
    this.stopTicking?.();
    this.answered();
  }
}
