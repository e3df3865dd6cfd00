/**
 * The node's two threads for the log. The reader fetches deliveries and commits what is resolved;
 * the writer appends receipts, parked deliveries and registrations. Neither thread ever waits for a
 * channel, and no event loop ever waits for them.
 */
@NullMarked
package dev.tidings.node.log;

import org.jspecify.annotations.NullMarked;
