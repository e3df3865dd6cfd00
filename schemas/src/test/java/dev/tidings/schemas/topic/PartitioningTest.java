package dev.tidings.schemas.topic;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.junit.jupiter.api.Test;

final class PartitioningTest {

  @Test
  void it_agrees_with_what_kafkas_producer_does_by_default() {
    Random random = new Random(1);
    for (int i = 0; i < 10_000; i++) {
      byte[] key = new byte[random.nextInt(80)];
      random.nextBytes(key);
      int partitions = 1 + random.nextInt(64);

      assertThat(Partitioning.partition(key, partitions))
          .isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions));
    }
  }

  @Test
  void where_a_key_is_never_changes() {
    assertThat(Partitioning.partition("phone-1".getBytes(UTF_8), 8)).isEqualTo(7);
    assertThat(Partitioning.partition("phone-2".getBytes(UTF_8), 8)).isEqualTo(2);
  }
}
