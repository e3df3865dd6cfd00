/**
 * Receiving: in come what the server publishes, out goes each notification once, in order, to the
 * listener, and then its confirmation to the server. And reading what a notification says to the
 * person who holds the device.
 */
@NullMarked
package dev.tidings.device.receive;

import org.jspecify.annotations.NullMarked;
