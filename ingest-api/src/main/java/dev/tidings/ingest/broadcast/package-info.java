/**
 * Broadcasts, as far as this service has to do with them. In: what is to be sent to whom, and how
 * far the partitions have come. Out: a record in each partition of {@code broadcasts}, and what is
 * told about them.
 */
@NullMarked
package dev.tidings.ingest.broadcast;

import org.jspecify.annotations.NullMarked;
