/**
 * The tables of a service on disk. In: how much memory they may take, and the topics they are
 * copies of. Out: settings for Kafka Streams, with which the tables of all partitions share the
 * memory; and a directory without tables that must not be used.
 */
@NullMarked
package dev.tidings.service.rocks;

import org.jspecify.annotations.NullMarked;
