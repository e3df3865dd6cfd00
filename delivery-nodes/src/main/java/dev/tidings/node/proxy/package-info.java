/**
 * Balancers in front of the devices' ports. In: a connection from an address that an operator
 * trusts, with a header of the PROXY protocol. Out: the same connection, with the address of the
 * device.
 */
@NullMarked
package dev.tidings.node.proxy;

import org.jspecify.annotations.NullMarked;
