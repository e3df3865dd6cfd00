/**
 * A device's side of Tidings: one long connection that comes back by itself. In come the address of
 * any node, a serial number and listeners; out go registrations and confirmations, and to the
 * listeners the notifications, each once, in order, and what becomes of the connection.
 */
@NullMarked
package dev.tidings.device;

import org.jspecify.annotations.NullMarked;
