/**
 * The node's two threads to the log. The reader brings deliveries in and commits what is resolved;
 * the writer takes receipts, parked deliveries and registrations out. Neither ever waits for a
 * channel, and no event loop ever waits for them.
 */
@NullMarked
package dev.tidings.node.log;

import org.jspecify.annotations.NullMarked;
