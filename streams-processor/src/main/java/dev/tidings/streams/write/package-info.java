/**
 * Writing: in comes what became of a notification, out go the records that say so, to the topics of
 * deliveries, receipts and dead letters.
 */
@NullMarked
package dev.tidings.streams.write;

import org.jspecify.annotations.NullMarked;
