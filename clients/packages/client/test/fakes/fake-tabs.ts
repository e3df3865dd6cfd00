import type { LeadEvents, TabChannel, Tabs } from '../../src/index.js';

/** The tabs of one browser: one leads each name, and a channel reaches the others. */
export class FakeBrowser {
  readonly queues = new Map<string, { tab: FakeTab; events: LeadEvents }[]>();
  readonly channels = new Map<string, Set<{ tab: FakeTab; heard: (message: unknown) => void }>>();

  tab(): FakeTab {
    return new FakeTab(this);
  }
}

export class FakeTab implements Tabs {
  isShown = true;
  private late: (() => void)[] | null = null;

  constructor(readonly browser: FakeBrowser) {}

  isVisible(): boolean {
    return this.isShown;
  }

  lead(name: string, events: LeadEvents, when: 'in turn' | 'at once'): () => void {
    const queue = this.browser.queues.get(name) ?? [];
    this.browser.queues.set(name, queue);
    const entry = { tab: this, events };
    if (when === 'at once') {
      const before = queue.shift();
      queue.unshift(entry);
      before?.tab.later(() => before.events.lost());
    } else {
      queue.push(entry);
    }
    if (queue[0] === entry) {
      this.later(() => events.leads());
    }
    return () => {
      const place = queue.indexOf(entry);
      if (place >= 0) {
        queue.splice(place, 1);
        const next = queue[0];
        if (place === 0 && next) {
          next.tab.later(() => next.events.leads());
        }
      }
    };
  }

  channel(name: string, heard: (message: unknown) => void): TabChannel {
    const all = this.browser.channels.get(name) ?? new Set();
    this.browser.channels.set(name, all);
    const own = { tab: this, heard };
    all.add(own);
    return {
      post: (message) => {
        if (!all.has(own)) {
          throw new Error('InvalidStateError: the channel is closed');
        }
        const copy: unknown = structuredClone(message);
        [...all].filter((each) => each !== own).forEach((each) => each.tab.later(() => all.has(each) && each.heard(copy)));
      },
      close: () => all.delete(own),
    };
  }

  /** Nothing reaches the tab from now on. */
  suspend(): void {
    this.late = [];
  }

  /** What has happened meanwhile reaches it now. */
  resume(): void {
    const late = this.late ?? [];
    this.late = null;
    late.forEach((task) => this.later(task));
  }

  later(task: () => void): void {
    if (this.late) {
      this.late.push(task);
    } else {
      queueMicrotask(task);
    }
  }
}
