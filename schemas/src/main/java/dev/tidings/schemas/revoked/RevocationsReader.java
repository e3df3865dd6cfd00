package dev.tidings.schemas.revoked;

import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps {@link RevokedTokens} at the end of the topic, in a thread of its own, for as long as the
 * service runs: a broker or registry that is away is waited for, a record that can't be read is
 * logged and left out.
 */
public final class RevocationsReader implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RevocationsReader.class);
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  private final Consumer<byte[], byte[]> consumer;
  private final AvroDeserializer<Revocation> deserializer;
  private final RevokedTokens tokens;
  private final AtomicLong unreadable = new AtomicLong();
  private final Thread thread = new Thread(this::run, "revocations");
  private volatile boolean complete;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean closing;
  private volatile String waitingFor = "";

  // Only for the thread: when to say again what is waited for.
  private long nextLine = System.nanoTime();

  // Only for the thread: where the partitions ended when it started, as long as not reached.
  private final Map<TopicPartition, Long> ends = new HashMap<>();

  private RevocationsReader(
      Consumer<byte[], byte[]> consumer, RegistryClient registry, RevokedTokens tokens) {
    this.consumer = consumer;
    this.deserializer = new AvroDeserializer<>(registry, Revocation.class);
    this.tokens = tokens;
  }

  /**
   * Starts reading.
   *
   * @param consumer without a group; handed over
   * @param tokens what is kept up to date
   */
  public static RevocationsReader start(
      Consumer<byte[], byte[]> consumer, RegistryClient registry, RevokedTokens tokens) {
    RevocationsReader reader = new RevocationsReader(consumer, registry, tokens);
    reader.thread.setDaemon(true);
    reader.thread.start();
    return reader;
  }

  /** Whether everything that was there at the start has been read. */
  public boolean isComplete() {
    return complete;
  }

  /** What the reading waits for, if it does: the broker or the schema registry. */
  public Optional<String> waitingFor() {
    return waitingFor.isEmpty() ? Optional.empty() : Optional.of(waitingFor);
  }

  /** How many records could not be read. */
  public long unreadable() {
    return unreadable.get();
  }

  private void run() {
    try {
      boolean assigned = false;
      while (!closing) {
        try {
          if (!assigned) {
            assign();
            assigned = true;
          }
          read();
          waitingFor = "";
        } catch (WakeupException | InterruptException e) {
          log.debug("woken up");
        } catch (KafkaException e) {
          waitFor("revocations can't be read at the moment: " + e);
        } catch (RuntimeException e) {
          log.error("revocations: unexpected, going on", e);
          pause();
        }
      }
    } finally {
      consumer.close();
    }
  }

  private void assign() {
    List<TopicPartition> partitions =
        consumer.partitionsFor(LogTopics.REVOCATIONS.name()).stream()
            .map(found -> new TopicPartition(found.topic(), found.partition()))
            .toList();
    if (partitions.isEmpty()) {
      throw new KafkaException("no partitions of " + LogTopics.REVOCATIONS);
    }
    ends.putAll(consumer.endOffsets(partitions));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  private void read() {
    for (ConsumerRecord<byte[], byte[]> record :
        consumer.poll(complete ? POLL : POLL.dividedBy(5))) {
      take(record);
    }
    if (!complete) {
      Set<TopicPartition> open = new HashSet<>(ends.keySet());
      open.removeIf(partition -> consumer.position(partition) >= ends.getOrDefault(partition, 0L));
      complete = open.isEmpty();
      if (complete) {
        log.info("{} revoked tokens known", tokens.size());
      }
    }
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    while (!closing) {
      try {
        Token token = new Token(new String(record.key(), StandardCharsets.US_ASCII));
        if (record.value() == null) {
          tokens.forget(token);
        } else {
          tokens.revoke(token, deserializer.read(record.value()).getSince());
        }
        return;
      } catch (RegistryException.Unavailable e) {
        waitFor("revocations wait for the schema registry: " + e.getMessage());
      } catch (RuntimeException e) {
        unreadable.incrementAndGet();
        log.warn(
            "unreadable record left out: {} partition {} offset {}: {}",
            record.topic(),
            record.partition(),
            record.offset(),
            reason(e));
        return;
      }
    }
  }

  /** Without the key: it may be all but a token. */
  private static String reason(RuntimeException e) {
    return e instanceof SerializationException ? e.toString() : e.getClass().getSimpleName();
  }

  private void waitFor(String reason) {
    waitingFor = reason;
    if (System.nanoTime() - nextLine >= 0) {
      nextLine = System.nanoTime() + BETWEEN_LINES.toNanos();
      log.warn("{}", reason);
    }
    pause();
  }

  private void pause() {
    try {
      if (closed.await(AFTER_FAILURE.toMillis(), TimeUnit.MILLISECONDS)) {
        log.debug("asked to stop");
      }
    } catch (InterruptedException e) {
      log.debug("asked to stop");
    }
  }

  @Override
  public void close() throws InterruptedException {
    closing = true;
    closed.countDown();
    // Not interrupted: the consumer would take that for its own and not close in order.
    consumer.wakeup();
    thread.join();
  }
}
