package dev.tidings.node.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReplayKey;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What a node makes of the records of {@code replays}.
 *
 * <p>Shows G201 of docs/guarantees.md.
 */
class OrderTableTest {
  private static final String ID = UUID.randomUUID().toString();

  private final OrderTable table = new OrderTable(2);

  private static OrderedReplay order(@Nullable String device) {
    return new OrderedReplay(
        new ReplayOrder(
            device, List.of("com.example"), "A", 0L, Long.MAX_VALUE, false, 100, 2, 1_000L),
        null);
  }

  private static OrderedReplay progress(@Nullable String ending) {
    return new OrderedReplay(
        null, new ReplayProgress(7L, 0L, 0L, 1L, 0L, 0L, false, 1_000L, 1_000L, ending));
  }

  private void apply(ReplayKey key, OrderedReplay value) {
    table.apply(List.of(new OrderTable.Change(key, value)), Map.of(), Uuid.ZERO_UUID, 1_000);
  }

  /** Otherwise it would fail when it is applied, and with it all that follow, again and again. */
  @Test
  void an_order_for_a_device_that_there_cannot_be_is_a_record_that_cannot_be_read() {
    try (FakeRegistry registry = new FakeRegistry();
        RegistryClient client =
            new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())))) {
      AvroSerializer<OrderedReplay> serializer = new AvroSerializer<>(client);
      AvroDeserializer<OrderedReplay> deserializer =
          new AvroDeserializer<>(client, OrderedReplay.class);
      String topic = LogTopics.REPLAYS.name();
      byte[] key = new ReplayKey.Order(ID).bytes();

      assertThat(
              OrderTable.change(
                      new ConsumerRecord<>(
                          topic, 0, 0, key, serializer.serialize(topic, order("phone"))),
                      deserializer)
                  .value())
          .isEqualTo(order("phone"));
      assertThatThrownBy(() ->
              OrderTable.change(
                  new ConsumerRecord<>(
                      topic, 0, 1, key, serializer.serialize(topic, order("a\tb"))),
                  deserializer))
          .isInstanceOf(InvalidValueException.class);
    }
  }

  /** A node that lost the partition meanwhile may still write what it was about to. */
  @Test
  void a_partition_that_is_done_with_an_order_does_not_begin_it_again() {
    apply(new ReplayKey.Order(ID), order(null));
    apply(new ReplayKey.Progress(ID, 0), progress("completed"));
    apply(new ReplayKey.Progress(ID, 0), progress(null));

    assertThat(table.of(0)).isEmpty();
    assertThat(table.of(1)).hasSize(1);

    apply(new ReplayKey.Progress(ID, 1), progress("away"));
    assertThat(table.size()).isZero();
  }
}
