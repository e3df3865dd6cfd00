package dev.tidings.service.kafka.damage;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** A consumer that a damaged batch keeps from nothing but its partition. */
public final class GuardedConsumer extends KafkaConsumer<byte[], byte[]> {
  /** One that is assigned and was read has its position at once. */
  private static final Duration POSITION = Duration.ofMillis(500);

  private final DamageGuard guard;

  /**
   * @param config as Kafka's consumer takes it
   * @param damaged learns which partitions are damaged
   */
  public GuardedConsumer(Map<String, Object> config, DamagedPartitions damaged) {
    super(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    guard = new DamageGuard(new Unguarded(), damaged, System::nanoTime);
  }

  @Override
  public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
    return guard.poll(timeout);
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    guard.pause(partitions);
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    guard.resume(partitions);
  }

  @Override
  public Set<TopicPartition> paused() {
    return guard.paused();
  }

  @Override
  public void close() {
    guard.close();
    super.close();
  }

  @Override
  public void close(CloseOptions options) {
    guard.close();
    super.close(options);
  }

  /** The consumer as Kafka made it. */
  private final class Unguarded implements DamageGuard.Reading {
    @Override
    public ConsumerRecords<byte[], byte[]> poll(Duration timeout) {
      return GuardedConsumer.super.poll(timeout);
    }

    @Override
    public void pause(Collection<TopicPartition> partitions) {
      GuardedConsumer.super.pause(partitions);
    }

    @Override
    public void resume(Collection<TopicPartition> partitions) {
      GuardedConsumer.super.resume(partitions);
    }

    @Override
    public Set<TopicPartition> paused() {
      return GuardedConsumer.super.paused();
    }

    @Override
    public Set<TopicPartition> assignment() {
      return GuardedConsumer.super.assignment();
    }

    @Override
    public long position(TopicPartition partition) {
      return GuardedConsumer.super.position(partition, POSITION);
    }

    @Override
    public void seek(TopicPartition partition, long offset) {
      GuardedConsumer.super.seek(partition, offset);
    }
  }
}
