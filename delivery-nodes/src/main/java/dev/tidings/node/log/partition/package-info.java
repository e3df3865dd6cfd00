/**
 * The partitions of {@code deliveries} that are read: the position of each, what is committed of
 * it, and whether it is paused or suspended. In: what a poll has returned, and how far the entries
 * of a partition are resolved. Out: what the consumer is assigned, and the commits.
 */
@NullMarked
package dev.tidings.node.log.partition;

import org.jspecify.annotations.NullMarked;
