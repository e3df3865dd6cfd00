package dev.tidings.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.testing.Cluster;
import dev.tidings.schemas.topic.LogTopics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The third way in, as an example: a provider that has Kafka writes the record itself. It needs no
 * service of ours to do so, only the topic, the schema and a serializer for the Confluent wire
 * format: this one, or Confluent's {@code io.confluent.kafka.serializers.KafkaAvroSerializer},
 * which takes the same settings.
 */
@Timeout(60)
class KafkaProviderIT {
  @Test
  void a_provider_writes_notifications_to_kafka_with_confluents_property_names() throws Exception {
    try (Cluster cluster = new Cluster()) {
      Properties settings = new Properties();
      settings.setProperty("bootstrap.servers", cluster.bootstrapServers());
      settings.setProperty("acks", "all");
      settings.setProperty(
          "key.serializer", "org.apache.kafka.common.serialization.StringSerializer");
      settings.setProperty("value.serializer", "dev.tidings.schemas.registry.AvroSerializer");
      settings.setProperty("schema.registry.url", cluster.registryUrl());
      settings.setProperty("auto.register.schemas", "true");

      String token = TestNode.token("phone").hex();
      String id = UUID.randomUUID().toString();
      try (KafkaProducer<String, Notification> producer = new KafkaProducer<>(settings)) {
        Notification notification =
            Notification.newBuilder()
                .setId(id) // A retry carries the same one.
                .setApp(TestNode.APP)
                .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(StandardCharsets.UTF_8)))
                .build();
        producer.send(new ProducerRecord<>("tidings.notifications", token, notification)).get();
      }

      ConsumerRecord<byte[], byte[]> record = cluster.read(LogTopics.NOTIFICATIONS).getFirst();
      assertThat(record.key()).asString().isEqualTo(token);
      assertThat(record.value()[0]).isZero();
      Notification found = cluster.decode(Notification.class, record.value());
      assertThat(found.getId()).isEqualTo(id);
      assertThat(found.getPriority()).isEqualTo(10);
      assertThat(found.getAcceptedAt()).isNull();
    }
  }
}
