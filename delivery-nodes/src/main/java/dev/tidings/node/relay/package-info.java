/**
 * Devices whose inbox is on another node. In comes a connection with its CONNECT; out goes a
 * connection to the owner's internal listener, which carries a PROXY protocol header (v2) and then
 * the same bytes, both ways, until either side ends it. What the transport adds, WebSocket's frames
 * or TLS, stays at this node.
 */
@NullMarked
package dev.tidings.node.relay;

import org.jspecify.annotations.NullMarked;
