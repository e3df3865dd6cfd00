package dev.tidings.infra.chaos;

import dev.tidings.infra.ledger.End;
import dev.tidings.infra.ledger.ReceiptSource;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The receipts, read from the topic. Not thread-safe. */
final class ReceiptLog implements ReceiptSource, AutoCloseable {
  private static final Duration POLL = Duration.ofMillis(200);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final AvroDeserializer<Receipt> values;
  private final Map<Key, End> ends = new HashMap<>();

  private record Key(String id, String mark) {}

  /**
   * @param registry closed by the caller
   */
  ReceiptLog(String bootstrapServers, RegistryClient registry) {
    values = new AvroDeserializer<>(registry, Receipt.class);
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers",
            bootstrapServers,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest");
    consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        consumer.partitionsFor(LogTopics.RECEIPTS.name()).stream()
            .map(found -> new TopicPartition(found.topic(), found.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** Reads all new receipts. */
  void readOn() {
    Map<TopicPartition, Long> until = consumer.endOffsets(consumer.assignment());
    while (until.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
      consumer.poll(POLL).forEach(this::take);
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> kept) {
    Optional<ReceiptKey> key = ReceiptKey.parse(kept.key());
    // The receipt of a repetition, or what a device tells, does not contain the outcome.
    if (kept.value() == null || key.isEmpty() || key.get().isBeside()) {
      return;
    }
    Receipt receipt = values.read(kept.value());
    long at = receipt.getSteps().isEmpty() ? 0 : receipt.getSteps().getLast().getAt();
    ends.put(
        new Key(key.get().id().value(), String.valueOf(key.get().mark())),
        new End(receipt.getOutcome().toString().toLowerCase(Locale.ROOT), at));
  }

  @Override
  public Optional<End> end(String id, String token) {
    return Optional.ofNullable(ends.get(new Key(id, ReceiptKey.mark(token))));
  }

  @Override
  public void close() {
    consumer.close();
  }
}
