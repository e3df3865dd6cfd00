/**
 * What other nodes prove and say when they relay a device. In: a connection from another node, with
 * its certificate and a PROXY protocol header (v2). Out: the device's address and what it has
 * proved, and the ports to which devices may be relayed.
 */
@NullMarked
package dev.tidings.node.relay.peer;

import org.jspecify.annotations.NullMarked;
