/**
 * The packets that a connection answers with. In: what is to be said. Out: the codes of the
 * protocol, the bytes of many small responses in one buffer, and the counts of packets.
 */
@NullMarked
package dev.tidings.node.mqtt.packet;

import org.jspecify.annotations.NullMarked;
