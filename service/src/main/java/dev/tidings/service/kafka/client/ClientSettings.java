package dev.tidings.service.kafka.client;

import dev.tidings.service.config.KafkaGuarantees;
import dev.tidings.service.kafka.damage.DamagedPartitions;
import dev.tidings.service.kafka.damage.GuardedConsumer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * The settings of one client, made in three steps, of which each has precedence over those before
 * it: our defaults, the operator's settings, and what a guarantee or the client's purpose depends
 * on. What a guarantee depends on is refused from an operator ({@link KafkaGuarantees}), so the
 * third step overwrites only what is specific to this client, such as its name. Not thread-safe.
 */
public final class ClientSettings {
  private final Map<String, Object> defaults = new HashMap<>();
  private final Map<String, String> operator;
  private final Map<String, Object> fixed = new HashMap<>();
  private final DamagedPartitions damaged;

  ClientSettings(Map<String, String> operator, DamagedPartitions damaged) {
    this.operator = operator;
    this.damaged = damaged;
  }

  /** First step: a default, which an operator may change. */
  public ClientSettings byDefault(String name, Object value) {
    defaults.put(name, value);
    return this;
  }

  /** First step: several defaults. */
  public ClientSettings byDefault(Map<String, Object> values) {
    defaults.putAll(values);
    return this;
  }

  /** Third step: a value that this client always has. */
  public ClientSettings always(String name, Object value) {
    fixed.put(name, value);
    return this;
  }

  /**
   * Third step: a setting that has the same value in every client that has it.
   *
   * @throws IllegalArgumentException if {@link KafkaGuarantees} fixes no value: a programming error
   */
  public ClientSettings guaranteed(String name) {
    return guaranteed("", name);
  }

  /**
   * As {@link #guaranteed(String)}, for a client within Kafka Streams.
   *
   * @param prefix that client's prefix, with its dot
   */
  public ClientSettings guaranteed(String prefix, String name) {
    return always(prefix + name, KafkaGuarantees.COMMON.value(name));
  }

  /**
   * Third step: the client only asks something, and a request without an answer fails after this
   * time.
   */
  public ClientSettings answeredWithin(Duration time) {
    int millis = Math.toIntExact(time.toMillis());
    return always(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, millis)
        .always(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis);
  }

  /** Returns the settings by Kafka's names. */
  public Map<String, Object> toMap() {
    Map<String, Object> all = new HashMap<>(defaults);
    all.putAll(operator);
    all.putAll(fixed);
    return all;
  }

  /** Returns the settings as Kafka Streams takes them. */
  public Properties toProperties() {
    Properties properties = new Properties();
    properties.putAll(toMap());
    return properties;
  }

  /** Opens a producer of bytes. */
  public Producer<byte[], byte[]> openProducer() {
    return new KafkaProducer<>(toMap(), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Opens a consumer of bytes that a damaged batch keeps from nothing but its partition. */
  public Consumer<byte[], byte[]> openConsumer() {
    return openConsumer(damaged);
  }

  /**
   * As the other.
   *
   * @param told learns which partitions are not read because a batch is damaged
   */
  public Consumer<byte[], byte[]> openConsumer(DamagedPartitions told) {
    return new GuardedConsumer(toMap(), told);
  }

  /** Opens a consumer of bytes whose owner handles damaged batches: it reads nothing behind one. */
  public Consumer<byte[], byte[]> openUnguardedConsumer() {
    return new KafkaConsumer<>(toMap(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  /** Opens an admin client. */
  public Admin openAdmin() {
    return Admin.create(toMap());
  }
}
