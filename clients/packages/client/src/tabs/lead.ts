import type { Clock } from '../platform/clock.js';
import type { LeadEvents, Tabs } from '../platform/tabs.js';

/** So long the tab that leads may take to say that it is there, before one that is looked at leads instead. */
const SILENCE = 5_000;

/** The place of this tab among those that share a name: it leads in its turn, or at once where the one that leads is suspended. */
export class Lead {
  private leave: () => void = () => undefined;
  private stopWaiting: (() => void) | null = null;

  constructor(
    private readonly tabs: Tabs,
    private readonly clock: Clock,
    private readonly name: string,
    private readonly events: LeadEvents,
  ) {}

  queue(when: 'in turn' | 'at once' = 'in turn'): void {
    const { leads, lost } = this.events;
    this.leave = this.tabs.lead(
      this.name,
      {
        leads: () => {
          this.answered();
          leads();
        },
        lost,
      },
      when,
    );
  }

  /** The one that leads was asked whether it is there. */
  asked(): void {
    this.stopWaiting ??= this.clock.after(SILENCE, () => {
      this.stopWaiting = null;
      if (this.tabs.isVisible()) {
        this.leave();
        this.queue('at once');
      }
    });
  }

  answered(): void {
    this.stopWaiting?.();
    this.stopWaiting = null;
  }

  close(): void {
    this.answered();
    this.leave();
  }
}
