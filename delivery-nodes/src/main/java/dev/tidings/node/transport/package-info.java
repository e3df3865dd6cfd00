/**
 * The node's front: sockets. In come connections over TCP and WebSocket; out goes a pipeline for
 * each that speaks MQTT, on an event loop of the node.
 */
@NullMarked
package dev.tidings.node.transport;

import org.jspecify.annotations.NullMarked;
