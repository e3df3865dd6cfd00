/**
 * The parked inbox: a Kafka Streams store over the compacted topic {@code inbox}, which is its own
 * changelog. In come the topic's records; out go the news of what stands and what is gone, the
 * entries of a device in order, and the ownership of partitions: whoever has the active task has
 * the partition.
 */
@NullMarked
package dev.tidings.node.inbox;

import org.jspecify.annotations.NullMarked;
