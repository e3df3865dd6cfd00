package dev.tidings.node.websocket;

/**
 * The event fired to the following handlers when the handshake is complete and frames may arrive.
 */
enum WebSocketOpen {
  INSTANCE
}
