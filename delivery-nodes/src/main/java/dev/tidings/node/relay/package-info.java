/**
 * Relays devices whose inbox is on another node. In: a connection with its CONNECT. Out: a
 * connection to the owner's internal listener, which carries a PROXY protocol header (v2) and then
 * the same bytes, in both directions, until either side closes it. The transport's own layers,
 * WebSocket frames or TLS, end at this node; between nodes there may be TLS again.
 */
@NullMarked
package dev.tidings.node.relay;

import org.jspecify.annotations.NullMarked;
