/**
 * Resolving. In: notifications and registrations. Out: each notification for the device of its
 * token, or a receipt that there is none. A notification that arrives before its registration waits
 * for a short time.
 */
@NullMarked
package dev.tidings.streams.resolve;

import org.jspecify.annotations.NullMarked;
