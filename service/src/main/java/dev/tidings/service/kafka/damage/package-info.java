/**
 * Batches that a consumer cannot read, for example because of a wrong checksum. In: a consumer, and
 * whether such records are to be skipped. Out: a consumer that reads all other partitions
 * meanwhile, and which partitions are damaged.
 */
@NullMarked
package dev.tidings.service.kafka.damage;

import org.jspecify.annotations.NullMarked;
