/**
 * The device side of Tidings: one long-lived connection that reconnects automatically. In: the
 * address of any node, a serial number and listeners. Out: registrations and confirmations to the
 * service; to the listeners the notifications, each once and in order, and changes of the
 * connection's state.
 */
@NullMarked
package dev.tidings.device;

import org.jspecify.annotations.NullMarked;
