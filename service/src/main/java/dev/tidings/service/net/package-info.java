/**
 * Where a service listens. In comes what a setting says, an address or a name; out come sockets on
 * every address that it stands for, all with the same port.
 */
@NullMarked
package dev.tidings.service.net;

import org.jspecify.annotations.NullMarked;
