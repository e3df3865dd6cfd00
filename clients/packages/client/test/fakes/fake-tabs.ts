import type { Tabs } from '../../src/index.js';

/** The tabs of one browser: one leads each name, and a channel reaches the others. */
export class FakeBrowser {
  private readonly queues = new Map<string, { lead: () => void }[]>();
  private readonly channels = new Map<string, Set<(message: unknown) => void>>();

  tab(): Tabs {
    return {
      lead: (name, lead) => {
        const queue = this.queues.get(name) ?? [];
        this.queues.set(name, queue);
        const entry = { lead };
        queue.push(entry);
        if (queue.length === 1) {
          queueMicrotask(lead);
        }
        return () => {
          const wasFirst = queue[0] === entry;
          queue.splice(queue.indexOf(entry), 1);
          if (wasFirst && queue[0]) {
            queueMicrotask(queue[0].lead);
          }
        };
      },
      channel: (name, heard) => {
        const all = this.channels.get(name) ?? new Set();
        this.channels.set(name, all);
        all.add(heard);
        return {
          post: (message) => {
            if (!all.has(heard)) {
              throw new Error('InvalidStateError: the channel is closed');
            }
            const copy: unknown = structuredClone(message);
            [...all].filter((each) => each !== heard).forEach((each) => queueMicrotask(() => all.has(each) && each(copy)));
          },
          close: () => all.delete(heard),
        };
      },
    };
  }
}
