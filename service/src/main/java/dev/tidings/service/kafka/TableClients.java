package dev.tidings.service.kafka;

import dev.tidings.service.kafka.damage.DamagedPartitions;
import dev.tidings.service.kafka.damage.GuardedConsumer;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.KafkaClientSupplier;

/**
 * Makes the Kafka clients of a Streams application: as Kafka Streams makes them itself, except that
 * a partition without a leader, or with a damaged batch, keeps back its own table alone.
 */
public final class TableClients implements KafkaClientSupplier {
  private final ChangelogEnds ends;
  private final DamagedPartitions damaged;

  /**
   * @param damaged learns which partitions are not read because a batch is damaged
   */
  public TableClients(ChangelogEnds ends, DamagedPartitions damaged) {
    this.ends = ends;
    this.damaged = damaged;
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return new ChangelogAdmin(config, ends);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return new GuardedConsumer(config, damaged);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return getConsumer(config);
  }
}
