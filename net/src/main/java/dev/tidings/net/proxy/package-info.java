/**
 * Balancers in front of a port. In: a connection from an address that an operator trusts, with a
 * header of the PROXY protocol. Out: the same connection, with the address of the client.
 */
@NullMarked
package dev.tidings.net.proxy;

import org.jspecify.annotations.NullMarked;
