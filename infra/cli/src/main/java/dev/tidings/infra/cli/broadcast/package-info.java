/**
 * Broadcasts from the command line. In: what to send, and to whom. Out: records in each partition
 * of {@code broadcasts}, and how far the partitions have come.
 */
@NullMarked
package dev.tidings.infra.cli.broadcast;

import org.jspecify.annotations.NullMarked;
