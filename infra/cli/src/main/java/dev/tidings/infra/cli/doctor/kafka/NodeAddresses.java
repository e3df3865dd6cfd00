package dev.tidings.infra.cli.doctor.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.Site;
import dev.tidings.infra.process.HostPort;
import dev.tidings.schemas.topic.LogTopics;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Whether the delivery nodes can be reached at the addresses that they have written to {@code
 * control}: other nodes relay devices there, and ingest-api asks there.
 */
record NodeAddresses(Site site, InstantSource clock) {
  private static final String WHAT = "node addresses";
  private static final String PREFIX = "node/";
  private static final String AT = "at=";
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** A node says it every ten minutes; one that has not for so long is gone. */
  private static final Duration SAID_FOR = Duration.ofMinutes(30);

  /** More nodes than an installation has. */
  private static final int MOST = 1_000;

  List<Check> check() {
    try {
      return checks(read());
    } catch (KafkaException e) {
      return List.of(
          Check.weak(
              WHAT,
              "not looked at: " + e.getMessage(),
              "give this user Read on " + site.names().of(LogTopics.CONTROL)));
    }
  }

  private Map<String, Instant> read() {
    Map<String, Object> settings = new TreeMap<>(KafkaChecks.clientSettings(site));
    settings.put("enable.auto.commit", "false");
    settings.put("allow.auto.create.topics", "false");
    var partition = new TopicPartition(site.names().of(LogTopics.CONTROL), 0);
    Map<String, Instant> nodes = new TreeMap<>();
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      if (!consumer.listTopics(PATIENCE).containsKey(partition.topic())) {
        return nodes;
      }
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition), PATIENCE).getOrDefault(partition, 0L);
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      while (consumer.position(partition, PATIENCE) < end && System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> entry : consumer.poll(Duration.ofMillis(200))) {
          take(entry, nodes);
        }
      }
    }
    return nodes;
  }

  private static void take(ConsumerRecord<byte[], byte[]> entry, Map<String, Instant> nodes) {
    String key = entry.key() == null ? "" : new String(entry.key(), UTF_8);
    if (!key.startsWith(PREFIX)) {
      return;
    }
    String address = key.substring(PREFIX.length());
    if (entry.value() == null) {
      nodes.remove(address);
    } else if (nodes.size() < MOST || nodes.containsKey(address)) {
      said(new String(entry.value(), UTF_8)).ifPresent(at -> nodes.put(address, at));
    }
  }

  private static Optional<Instant> said(String value) {
    try {
      return value
          .lines()
          .filter(line -> line.startsWith(AT))
          .findFirst()
          .map(line -> Instant.ofEpochMilli(Long.parseLong(line.substring(AT.length()).strip())));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns what is wrong with the addresses.
   *
   * @param nodes when each was last said
   */
  List<Check> checks(Map<String, Instant> nodes) {
    Instant now = clock.instant();
    List<String> live =
        nodes.entrySet().stream()
            .filter(node -> node.getValue().plus(SAID_FOR).isAfter(now))
            .map(Map.Entry::getKey)
            .toList();
    List<Check> checks = new ArrayList<>();
    for (String address : live) {
      HostPort at = HostPort.parse(address).orElse(null);
      if (at == null || !Addresses.answers(at.host(), at.port())) {
        checks.add(
            Check.failed(
                WHAT,
                "a delivery node says that it is at %s, where nobody answers".formatted(address),
                "set its advertised.host to an address that the other machines reach, or open the"
                    + " firewall for internal.port"));
      } else if (live.size() > 1 && Addresses.isLoopback(at.host()) && hasOthers(live)) {
        checks.add(
            Check.failed(
                WHAT,
                "a delivery node of several machines says that it is at " + address,
                "set its advertised.host to an address that the other machines reach"));
      }
    }
    return checks.isEmpty()
        ? List.of(Check.sound(WHAT, "delivery nodes that answer from here: " + live.size()))
        : checks;
  }

  private static boolean hasOthers(List<String> live) {
    return live.stream()
        .flatMap(address -> HostPort.parse(address).stream())
        .anyMatch(at -> !Addresses.isLoopback(at.host()));
  }
}
