package dev.tidings.service.table;

import dev.tidings.service.kafka.AdminTopicIds;
import dev.tidings.service.kafka.client.KafkaClients;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.Uuid;

/**
 * The topic that a table is read from.
 *
 * @param consumer without a group and without automatic offset reset, because offsets out of range
 *     are handled by the reader, which also closes it
 * @param topic the topic's name
 * @param topicId looks up Kafka's id of the topic: a recreated topic has another id
 * @param damaged returns which partitions are not read because a batch is damaged; empty if none
 */
public record TableSource(
    Consumer<byte[], byte[]> consumer,
    String topic,
    Supplier<CompletionStage<Uuid>> topicId,
    Supplier<String> damaged) {

  /**
   * Opens the consumer.
   *
   * @param name of the consumer, in the brokers' logs and quotas
   * @param admin looks up the topic's id; owned and closed by the caller
   */
  public static TableSource open(KafkaClients clients, String name, String topic, Admin admin) {
    return new TableSource(
        clients
            .consumer(name)
            // Records of an aborted transaction are never read.
            .guaranteed(ConsumerConfig.ISOLATION_LEVEL_CONFIG)
            .always(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none")
            .openConsumer(),
        topic,
        () -> new AdminTopicIds(admin).of(topic),
        () -> clients.damaged().trouble(topic));
  }
}
