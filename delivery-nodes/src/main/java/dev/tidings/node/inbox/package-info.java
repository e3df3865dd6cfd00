/**
 * The parked inbox: a Kafka Streams store over the compacted topic {@code inbox}, which is its own
 * changelog. In: the topic's records. Out: notifications of stored and removed entries, the entries
 * of a device in order, and the ownership of partitions: the node with the active task owns the
 * partition.
 */
@NullMarked
package dev.tidings.node.inbox;

import org.jspecify.annotations.NullMarked;
