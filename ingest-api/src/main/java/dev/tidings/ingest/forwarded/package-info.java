/**
 * Balancers that speak HTTP. In: a request from an address that an operator trusts, which names the
 * client in its {@code Forwarded} field. Out: the same request, on a connection with the address of
 * the client.
 */
@NullMarked
package dev.tidings.ingest.forwarded;

import org.jspecify.annotations.NullMarked;
