/**
 * Where a service listens, and where it must not. In: an address or a name from a setting. Out:
 * sockets on every address that it denotes, all with the same port.
 */
@NullMarked
package dev.tidings.service.net;

import org.jspecify.annotations.NullMarked;
