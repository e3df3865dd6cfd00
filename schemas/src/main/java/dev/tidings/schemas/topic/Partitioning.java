package dev.tidings.schemas.topic;

import org.apache.kafka.common.utils.Utils;

/**
 * Kafka's default partitioner, for code that must compute the partition of a key: murmur2 of its
 * bytes.
 */
public final class Partitioning {
  private Partitioning() {}

  public static int partition(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
