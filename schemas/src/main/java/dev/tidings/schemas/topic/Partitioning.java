package dev.tidings.schemas.topic;

import org.apache.kafka.common.utils.Utils;

/** Kafka's default partitioner, for those who have to say where a key is: murmur2 of its bytes. */
public final class Partitioning {
  private Partitioning() {}

  public static int partition(byte[] key, int partitions) {
    return Utils.toPositive(Utils.murmur2(key)) % partitions;
  }
}
