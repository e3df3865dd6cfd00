/**
 * Writing. In: the result for a notification. Out: records to the topics of deliveries, receipts
 * and dead letters.
 */
@NullMarked
package dev.tidings.streams.write;

import org.jspecify.annotations.NullMarked;
