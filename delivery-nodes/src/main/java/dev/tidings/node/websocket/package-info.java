/**
 * WebSocket (RFC 6455), as MQTT goes over it. In come a handshake and frames; out come, and go in,
 * MQTT's bytes.
 */
@NullMarked
package dev.tidings.node.websocket;

import org.jspecify.annotations.NullMarked;
