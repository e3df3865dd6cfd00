/**
 * The records of a poll. In: bytes of the log. Out: entries, handed to the {@code DeliverySink} of
 * their partition; a dead letter for each that cannot be read; and a partition suspended, or
 * records skipped, where the log itself returns no record.
 */
@NullMarked
package dev.tidings.node.log.decode;

import org.jspecify.annotations.NullMarked;
