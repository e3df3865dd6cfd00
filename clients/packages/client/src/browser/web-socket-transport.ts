import { bytesOf, NO_BYTES } from '../platform/bytes-of.js';
import type { Line, LineEvents, Transport } from '../platform/transport.js';

/** Connects by the WebSocket of a browser, or one with the same interface. */
export function webSocketTransport(WebSocketClass: typeof WebSocket = WebSocket): Transport {
  return { open: (url, events) => open(WebSocketClass, url, events) };
}

function open(WebSocketClass: typeof WebSocket, url: string, events: LineEvents): Line {
  let isOver = false;
  const close = (reason: string): void => {
    if (!isOver) {
      isOver = true;
      events.closed(reason);
    }
  };
  const socket = new WebSocketClass(url, 'mqtt');
  socket.binaryType = 'arraybuffer';
  socket.onopen = () => {
    if (!isOver) {
      events.opened();
    }
  };
  socket.onmessage = ({ data }: { data: unknown }) => {
    const bytes = bytesOf(data);
    if (bytes === null) {
      socket.close();
      close(`the connection to ${url} was closed: ${NO_BYTES}`);
    } else if (!isOver) {
      events.received(bytes);
    }
  };
  // Its end follows. Other classes than that of browsers would throw what nobody hears.
  socket.onerror = () => undefined;
  socket.onclose = ({ code, reason }) =>
    close(`the connection to ${url} was closed (${reason || code})`);
  return {
    send(bytes) {
      if (socket.readyState === WebSocketClass.OPEN) {
        socket.send(bytes as Uint8Array<ArrayBuffer>);
      }
    },
    close() {
      isOver = true;
      socket.close();
    },
  };
}
