/**
 * WebSocket (RFC 6455) as a transport of MQTT. In: a handshake and frames, or MQTT's bytes to send.
 * Out: MQTT's bytes, or frames.
 */
@NullMarked
package dev.tidings.node.websocket;

import org.jspecify.annotations.NullMarked;
