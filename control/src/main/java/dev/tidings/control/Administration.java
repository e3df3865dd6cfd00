package dev.tidings.control;

import dev.tidings.control.ControlWriter.Author;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.topic.FoundTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.client.KafkaClients;
import dev.tidings.service.kafka.producer.ProducerSource;
import dev.tidings.service.start.TopicReader;
import dev.tidings.service.table.TableSource;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;

/**
 * The entries of {@code control}, and what changes them, for a program that is no service: each
 * decision (see {@code control.decide}) rests on the entries, and leaves a line. Not thread-safe.
 */
public final class Administration implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Admin admin;
  private final RegistryClient registry;
  private final ControlReader reader;
  private final Producer<byte[], byte[]> producer;
  private final ControlWriter writer;
  private final Author author;

  private Administration(
      Admin admin,
      RegistryClient registry,
      ControlReader reader,
      Producer<byte[], byte[]> producer,
      ControlWriter writer,
      Author author) {
    this.admin = admin;
    this.registry = registry;
    this.reader = reader;
    this.producer = producer;
    this.writer = writer;
    this.author = author;
  }

  /**
   * Reads all entries.
   *
   * @param admin closed with the result
   */
  public static Administration open(
      Admin admin,
      Map<String, String> properties,
      RegistryConfig registryConfig,
      TopicNames names,
      Author author)
      throws InterruptedException {
    return open(admin, properties, registryConfig, names, author, ControlReader::start);
  }

  /**
   * The same without the schema registry: it is known which entries there are, and not what they
   * say. They can be removed ({@link #removeWithoutLine}).
   */
  public static Administration openWithoutRegistry(
      Admin admin,
      Map<String, String> properties,
      RegistryConfig registryConfig,
      TopicNames names,
      Author author)
      throws InterruptedException {
    return open(
        admin,
        properties,
        registryConfig,
        names,
        author,
        (control, _, clock) -> ControlReader.startNames(control, clock));
  }

  /** Starts reading the entries. */
  private interface Reading {
    ControlReader start(TableSource control, RegistryClient registry, InstantSource clock);
  }

  private static Administration open(
      Admin admin,
      Map<String, String> properties,
      RegistryConfig registryConfig,
      TopicNames names,
      Author author,
      Reading reading)
      throws InterruptedException {
    try {
      requireTopics(admin, names);
    } catch (RuntimeException | InterruptedException e) {
      admin.close(Duration.ZERO);
      throw e;
    }
    KafkaClients clients = new KafkaClients(properties, "tidings-admin");
    RegistryClient registry = new RegistryClient(registryConfig);
    InstantSource clock = InstantSource.system();
    TableSource control = TableSource.open(clients, "control", names.of(LogTopics.CONTROL), admin);
    Producer<byte[], byte[]> producer =
        clients.producer("writer").byDefault("max.block.ms", 10_000).openProducer();
    Administration administration =
        new Administration(
            admin,
            registry,
            reading.start(control, registry, clock),
            producer,
            new ControlWriter(ProducerSource.always(producer), registry, names, clock),
            author);
    try {
      administration.awaitEntries();
      return administration;
    } catch (RuntimeException | InterruptedException e) {
      administration.close();
      throw e;
    }
  }

  /** Kafka would create a missing topic by itself, and with the wrong settings. */
  private static void requireTopics(Admin admin, TopicNames names) throws InterruptedException {
    List<String> needed = List.of(names.of(LogTopics.CONTROL), names.of(LogTopics.AUDIT));
    Map<String, FoundTopic> found;
    try {
      found = new TopicReader(admin).read(needed);
    } catch (ExecutionException e) {
      throw new KafkaException("the topics can't be looked at: " + e.getCause(), e);
    }
    for (String topic : needed) {
      if (!found.containsKey(topic)) {
        throw new KafkaException(topic + ": there is no such topic (tidings topics create)");
      }
    }
  }

  private void awaitEntries() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!reader.isComplete()) {
      if (System.nanoTime() - end > 0) {
        throw new KafkaException(
            "the entries can't be read: " + reader.waitingFor().orElse("the broker is slow"));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  /** Returns the entries, of which those that were there at the beginning are known. */
  public ControlEntries entries() {
    return reader;
  }

  /** Returns who makes the changes. */
  public String user() {
    return author.who();
  }

  /** Says that a list is not whole, if so. */
  public void tellUnreadable(PrintWriter err) {
    if (reader.unreadable() > 0) {
      err.println("tidings: records that can't be read, and are left out: " + reader.unreadable());
    }
  }

  /** Writes a change. */
  public void write(ControlChange<?> change) throws InterruptedException {
    writer.write(author, change, reader);
  }

  /** Removes an entry without a line in {@code audit}. */
  public void removeWithoutLine(ControlChange<?> change) throws InterruptedException {
    writer.removeWithoutLine(author, change);
  }

  /** Writes a change, and waits until the next decision can rest on it. */
  public void settle(ControlChange<?> change) throws InterruptedException {
    write(change);
    if (!reader.awaitEnd(PATIENCE)) {
      throw new KafkaException("the entries can't be read to their end");
    }
  }

  @Override
  public void close() throws InterruptedException {
    producer.close(Duration.ZERO);
    reader.close();
    registry.close();
    admin.close(Duration.ZERO);
  }
}
