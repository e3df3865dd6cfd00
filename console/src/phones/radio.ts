import type { Line, LineEvents, Transport } from '@tidings/client';

/** The phone's radio: with it off no connection is made, and none carries anything, as far from any network. */
export class Radio implements Transport {
  private readonly open_ = new Map<Line, LineEvents>();
  private isOff = false;

  constructor(private readonly real: Transport) {}

  open(url: string, events: LineEvents): Line {
    if (this.isOff) {
      queueMicrotask(() => events.closed('aeroplane mode'));
      return { send: () => undefined, close: () => undefined };
    }
    const line = this.real.open(url, {
      opened: () => events.opened(),
      received: (bytes) => events.received(bytes),
      closed: (reason) => {
        this.open_.delete(line);
        events.closed(reason);
      },
    });
    this.open_.set(line, events);
    return line;
  }

  /** Off: what is open breaks, without a word to the other side. */
  set off(isOff: boolean) {
    this.isOff = isOff;
    if (isOff) {
      const broken = [...this.open_];
      this.open_.clear();
      broken.forEach(([line, events]) => {
        line.close();
        events.closed('aeroplane mode');
      });
    }
  }
}
