import { FakeServer, type FakeConnection } from './fake-server.js';
import type { Uni, UniSocketTask } from '../../src/uni-app/index.js';

type Callback<T> = (value: T) => void;

/**
 * uni-app's interface as its manual has it and its platforms keep it: a task only if there is a callback, else a promise; whole
 * ArrayBuffers both ways; nothing sent before it is open; an empty text for what is not stored; five sockets at most.
 */
export class FakeUni implements Uni {
  readonly server = new FakeServer();
  readonly values = new Map<string, string>();
  readonly asked: { url: string; protocols?: string[] }[] = [];
  private readonly shown = new Set<() => void>();
  private readonly network = new Set<Callback<{ isConnected: boolean }>>();
  open = 0;

  connectSocket(options: Parameters<Uni['connectSocket']>[0]): UniSocketTask {
    const { url, protocols } = options;
    this.asked.push({ url, ...(protocols ? { protocols } : {}) });
    if (!options.complete && !options.fail) {
      return Promise.resolve({}) as unknown as UniSocketTask;
    }
    const on: { open: Callback<void>[]; message: Callback<{ data: unknown }>[]; close: Callback<{ code: number }>[] } = {
      open: [], message: [], close: [],
    };
    if (++this.open > 5) {
      throw new Error('connectSocket:fail exceed max task count');
    }
    let isOpen = false;
    let isClosed = false;
    const closed = (code: number): void => {
      if (!isClosed) {
        [isOpen, isClosed] = [false, true];
        this.open--;
        on.close.forEach((each) => each({ code }));
      }
    };
    const connection = this.server.open(url, {
      opened: () => {
        isOpen = true;
        on.open.forEach((each) => each());
      },
      received: (bytes) => {
        const data = bytes.slice().buffer;
        on.message.forEach((each) => each({ data }));
      },
      closed: () => closed(1006),
    }) as FakeConnection;
    return {
      onOpen: (callback) => void on.open.push(callback),
      onMessage: (callback) => void on.message.push(callback),
      onError: () => undefined,
      onClose: (callback) => void on.close.push(callback),
      send({ data, fail }) {
        if (!isOpen) {
          fail?.({ errMsg: 'sendSocketMessage:fail WebSocket is not connected' });
        } else if (!(data instanceof ArrayBuffer)) {
          throw new TypeError('data: only ArrayBuffer');
        } else {
          connection.send(new Uint8Array(data));
        }
      },
      close() {
        connection.close();
        closed(1000);
      },
    };
  }

  onAppShow(callback: () => void): void {
    this.shown.add(callback);
  }

  offAppShow(callback: () => void): void {
    this.shown.delete(callback);
  }

  onNetworkStatusChange(callback: Callback<{ isConnected: boolean }>): void {
    this.network.add(callback);
  }

  offNetworkStatusChange(callback: Callback<{ isConnected: boolean }>): void {
    this.network.delete(callback);
  }

  getStorageSync(key: string): string {
    return this.values.get(key) ?? '';
  }

  setStorageSync(key: string, value: string): void {
    this.values.set(key, value);
  }

  removeStorageSync(key: string): void {
    this.values.delete(key);
  }

  /** The user comes back to the app. */
  show(): void {
    this.shown.forEach((each) => each());
  }

  setConnected(isConnected: boolean): void {
    this.network.forEach((each) => each({ isConnected }));
  }

  get listeners(): number {
    return this.shown.size + this.network.size;
  }
}
