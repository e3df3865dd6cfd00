package dev.tidings.node.websocket;

/** Told to the handlers of a pipeline when the handshake is over and frames may come. */
enum WebSocketOpen {
  INSTANCE
}
