/**
 * One connection of a device, from its first packet to its last, as a series of phases. In: decoded
 * packets, the answers of the authenticator, of the inbox and of other nodes, and time. Out: what
 * is sent, and when the connection ends. {@link dev.tidings.node.mqtt.connection.ConnectPhase} says
 * which phase follows which. One package, although large: each phase begins the next one, and all
 * of them act on the connection.
 */
@NullMarked
package dev.tidings.node.mqtt.connection;

import org.jspecify.annotations.NullMarked;
