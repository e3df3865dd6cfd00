/**
 * The floor: what nothing made of the same parts could be faster than. In: the rate and the payload
 * of a load. Out: the figures of a minimal pipe through Kafka Streams and of a minimal push over
 * Netty.
 */
@NullMarked
package dev.tidings.bench.floor;

import org.jspecify.annotations.NullMarked;
