/**
 * The memory of a service's tables. In: its size. Out: settings for Kafka Streams, with which the
 * tables of all partitions share it.
 */
@NullMarked
package dev.tidings.service.rocks;

import org.jspecify.annotations.NullMarked;
