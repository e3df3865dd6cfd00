/**
 * The node's front end. In: connections over TCP, TLS and WebSocket. Out: for each connection an
 * MQTT pipeline, on an event loop of the node.
 */
@NullMarked
package dev.tidings.node.transport;

import org.jspecify.annotations.NullMarked;
