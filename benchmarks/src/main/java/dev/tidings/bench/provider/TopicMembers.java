package dev.tidings.bench.provider;

import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.Partitioning;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Has devices join a broadcast topic by writing to the log what a delivery node writes when they
 * join it: so many would take long to connect.
 */
public final class TopicMembers {
  private static final int BATCH_BYTES = 64 << 10;
  private static final int LINGER_MILLIS = 5;

  private final Map<String, Object> settings;
  private final AppId app;

  public TopicMembers(String bootstrapServers, String registryUrl, String app) {
    this.app = new AppId(app);
    settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
            ProducerConfig.ACKS_CONFIG, "all",
            ProducerConfig.LINGER_MS_CONFIG, LINGER_MILLIS,
            ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES,
            RegistryConfig.URL, registryUrl,
            RegistryConfig.AUTO_REGISTER, "false");
  }

  /**
   * Has devices join, and waits until the log has it.
   *
   * @param names their names
   * @param tokens their tokens, by their numbers
   */
  public void join(String topic, IntFunction<String> names, List<String> tokens) {
    String log = LogTopics.SUBSCRIPTIONS.name();
    var serializer = new AvroSerializer<Subscription>();
    serializer.configure(settings, false);
    try (var producer =
        new KafkaProducer<byte[], Subscription>(settings, new ByteArraySerializer(), serializer)) {
      int partitions = producer.partitionsFor(log).size();
      long now = System.currentTimeMillis();
      for (int number = 0; number < tokens.size(); number++) {
        var device = new DeviceId(names.apply(number));
        producer.send(
            new ProducerRecord<>(
                log,
                Partitioning.partition(device.key(), partitions),
                new TopicMembership(device, app, new BroadcastTopic(topic)).key().bytes(),
                new Subscription(List.of(), 0L, null, tokens.get(number), now)));
      }
    }
  }
}
