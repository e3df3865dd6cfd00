package dev.tidings.streams.resolve;

import static dev.tidings.streams.resolve.Samples.APP;
import static dev.tidings.streams.resolve.Samples.DEVICE;
import static dev.tidings.streams.resolve.Samples.OTHER_TOKEN;
import static dev.tidings.streams.resolve.Samples.TOKEN;
import static dev.tidings.streams.resolve.Samples.id;
import static dev.tidings.streams.resolve.Samples.some;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.topic.Partitioning;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Records in another partition than that of their key. The driver knows one partition only: what is
 * forwarded comes back to it, as if the processes disagreed about the number of partitions.
 */
final class PlacementTopologyTest {
  /** Of this many partitions the first is the one of {@link #HERE}, and not of {@link #AWAY}. */
  private static final int PARTITIONS = 2;

  private static final String HERE = ofPartition(0);
  private static final String AWAY = ofPartition(1);

  @TempDir Path stateDir;
  private Pipeline pipeline;

  @BeforeEach
  void open() {
    pipeline = Pipeline.ofPartitions(stateDir, PARTITIONS);
  }

  @AfterEach
  void close() {
    pipeline.close();
  }

  private static String ofPartition(int wanted) {
    return List.of(TOKEN, OTHER_TOKEN, "0".repeat(64), "1".repeat(64), "2".repeat(64)).stream()
        .filter(token -> Partitioning.partition(token.getBytes(UTF_8), PARTITIONS) == wanted)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void a_record_in_the_partition_of_its_token_is_delivered_and_forwarded_to_nowhere() {
    pipeline.register(HERE, DEVICE, APP);

    pipeline.notify(HERE, some(1).build());

    assertThat(pipeline.deliveries()).extracting(out -> out.value().getId()).containsExactly(id(1));
    assertThat(pipeline.forwarded()).isEmpty();
  }

  @Test
  void another_one_is_forwarded_three_times_and_then_is_a_dead_letter_with_a_receipt() {
    pipeline.register(AWAY, DEVICE, APP);

    pipeline.notify(AWAY, some(1).build());

    assertThat(pipeline.forwarded())
        .extracting(PlacementTopologyTest::origin)
        .containsExactly(
            "1 " + Pipeline.START.toEpochMilli() + " 0 0",
            "2 " + Pipeline.START.toEpochMilli() + " 0 0",
            "3 " + Pipeline.START.toEpochMilli() + " 0 0");
    assertThat(pipeline.deliveries()).isEmpty();
    assertThat(pipeline.deadLetters()).hasSize(1);
    assertThat(pipeline.receipts())
        .singleElement()
        .satisfies(receipt -> {
          assertThat(receipt.value().getOutcome()).isEqualTo(Outcome.REJECTED);
          assertThat(receipt.value().getSteps().getLast().getWhy())
              .isEqualTo("partition: 0 (expected: 1, of its token)");
        });
  }

  private static String origin(TestRecord<byte[], byte[]> record) {
    assertThat(new String(record.key(), UTF_8)).isEqualTo(AWAY);
    return new String(record.headers().lastHeader("tidings-forwarded").value(), UTF_8);
  }
}
