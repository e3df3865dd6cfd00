package dev.tidings.ingest.receipts;

import dev.tidings.service.kafka.client.KafkaClients;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.errors.InterruptException;

/**
 * The topic that receipts are read from.
 *
 * @param consumers open consumers without a group and without automatic offset reset
 * @param topic its name
 * @param asks looks up what the topic is at the moment
 * @param betweenLooks how often to look whether it still is that
 */
record ReceiptSource(
    Supplier<Consumer<byte[], byte[]>> consumers,
    String topic,
    Supplier<CompletionStage<Shape>> asks,
    Duration betweenLooks) {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(4);
  private static final Duration TO_ANSWER = Duration.ofSeconds(2);
  private static final int FETCH_BYTES = 1 << 20;
  private static final int PARTITION_BYTES = 256 * 1024;
  private static final int POLL_RECORDS = 500;

  /** What a topic is: another of the same name has another id. */
  record Shape(Uuid id, int partitions) {
    static Shape of(TopicDescription topic) {
      return new Shape(topic.topicId(), topic.partitions().size());
    }
  }

  /**
   * Of a topic of the cluster.
   *
   * @param admin owned and closed by the caller
   */
  static ReceiptSource of(KafkaClients clients, String topic, Admin admin) {
    return new ReceiptSource(
        () ->
            clients
                .consumer("receipts")
                .guaranteed(ConsumerConfig.ISOLATION_LEVEL_CONFIG)
                .answeredWithin(TO_ANSWER)
                .always(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none")
                // Little is fetched in advance: a turn throws away what it has not read.
                .always(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES)
                .always(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, PARTITION_BYTES)
                .always(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, POLL_RECORDS)
                .openConsumer(),
        topic,
        () ->
            admin
                .describeTopics(List.of(topic))
                .allTopicNames()
                .toCompletionStage()
                .thenApply(all -> Shape.of(Objects.requireNonNull(all.get(topic), topic))),
        BETWEEN_LOOKS);
  }

  /** Asks for it. Does not block. */
  CompletableFuture<Shape> ask() {
    return asks.get().toCompletableFuture();
  }

  /**
   * Returns what the topic is. Blocks.
   *
   * @throws KafkaException if no broker tells it
   */
  Shape shape() {
    try {
      return ask().get(TO_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new KafkaException("what " + topic + " is can't be had", e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("what " + topic + " is was not told within " + TO_ANSWER, e);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }
}
