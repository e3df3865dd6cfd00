/**
 * What nothing made of the same parts could be faster than: in come the rate and the payload of a
 * load, out go the figures of a bare pipe through Kafka Streams, and of a bare push over Netty.
 */
@NullMarked
package dev.tidings.bench.floor;

import org.jspecify.annotations.NullMarked;
