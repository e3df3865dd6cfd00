/**
 * Receiving. In: the server's PUBLISH packets. Out: each notification once, in order, to the
 * listener, and then its confirmation to the server. Also parses the part of a notification that is
 * shown to the user, and tells the service what became of it there.
 */
@NullMarked
package dev.tidings.device.receive;

import org.jspecify.annotations.NullMarked;
