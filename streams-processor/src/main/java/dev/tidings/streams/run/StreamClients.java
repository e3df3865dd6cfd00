package dev.tidings.streams.run;

import dev.tidings.service.kafka.ChangelogEnds;
import dev.tidings.service.kafka.TableClients;
import dev.tidings.service.kafka.damage.DamagedPartitions;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.streams.KafkaClientSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the Kafka clients of the stream threads, and can take the producers away from them.
 *
 * <p>An idempotent producer numbers its batches. When a topic is deleted and created again, a later
 * batch may reach the new topic first; the earlier one is then out of order (
 * OUT_OF_ORDER_SEQUENCE_NUMBER), and the producer retries it for as long as it may, here without
 * limit. Only a new producer starts with new numbers. Thread-safe.
 */
public final class StreamClients implements KafkaClientSupplier {
  private static final Logger log = LoggerFactory.getLogger(StreamClients.class);

  private final TableClients clients;
  private final Set<Producer<byte[], byte[]>> producers =
      Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

  public StreamClients(ChangelogEnds ends, DamagedPartitions damaged) {
    this.clients = new TableClients(ends, damaged);
  }

  /**
   * Closes all producers at once. Each stream thread then fails, is replaced by one with a new
   * producer, and processes again what had not been committed, in its order.
   */
  public void replaceProducers() {
    List<Producer<byte[], byte[]>> now;
    synchronized (producers) {
      now = List.copyOf(producers);
      producers.clear();
    }
    log.warn(
        "a topic was created again: {} producers are replaced, and with them their stream threads",
        now.size());
    now.forEach(producer -> producer.close(Duration.ZERO));
  }

  @Override
  public Admin getAdmin(Map<String, Object> config) {
    return clients.getAdmin(config);
  }

  @Override
  public Producer<byte[], byte[]> getProducer(Map<String, Object> config) {
    Producer<byte[], byte[]> producer = clients.getProducer(config);
    producers.add(producer);
    return producer;
  }

  @Override
  public Consumer<byte[], byte[]> getConsumer(Map<String, Object> config) {
    return clients.getConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getRestoreConsumer(Map<String, Object> config) {
    return clients.getRestoreConsumer(config);
  }

  @Override
  public Consumer<byte[], byte[]> getGlobalConsumer(Map<String, Object> config) {
    return clients.getGlobalConsumer(config);
  }
}
