import { bytesOf, NO_BYTES } from '../platform/bytes-of.js';
import type { Line, LineEvents, Transport } from '../platform/transport.js';
import type { Uni, UniSocketTask } from './uni.js';

/** Connects by `uni.connectSocket`. */
export function uniTransport(uni: Uni): Transport {
  return { open: (url, events) => open(uni, url, events) };
}

function open(uni: Uni, url: string, events: LineEvents): Line {
  let isOpen = false;
  let isOver = false;
  const close = (reason: string): void => {
    isOpen = false;
    if (!isOver) {
      isOver = true;
      events.closed(reason);
    }
  };
  // Without a callback it returns a promise instead of the task.
  const task: UniSocketTask = uni.connectSocket({
    url,
    protocols: ['mqtt'],
    complete: () => undefined,
    fail: ({ errMsg }) => close(errMsg ?? `no connection to ${url}`),
  });
  task.onOpen(() => {
    if (isOver) {
      task.close({});
      return;
    }
    isOpen = true;
    events.opened();
  });
  task.onMessage(({ data }) => {
    const bytes = bytesOf(data);
    if (bytes === null) {
      task.close({ fail: () => undefined });
      close(`the connection to ${url} was closed: ${NO_BYTES}`);
    } else if (!isOver) {
      events.received(bytes);
    }
  });
  task.onError(({ errMsg }) => close(errMsg ?? `the connection to ${url} failed`));
  task.onClose(({ code, reason }) => close(`the connection to ${url} was closed (${reason || code})`));
  return {
    send(bytes) {
      if (isOpen) {
        // It sends the whole buffer, of which the bytes may be a part.
        const data = bytes.slice().buffer as ArrayBuffer;
        task.send({ data, fail: ({ errMsg }) => close(errMsg ?? 'not sent') });
      }
    },
    close() {
      isOver = true;
      isOpen = false;
      task.close({ fail: () => undefined });
    },
  };
}
