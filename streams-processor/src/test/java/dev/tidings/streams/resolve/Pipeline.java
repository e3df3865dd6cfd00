package dev.tidings.streams.resolve;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;
import dev.tidings.streams.cap.CapRules;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.step.StreamsTopology;
import dev.tidings.streams.write.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The topology between in-memory topics, with a registry and a clock that stands still. */
final class Pipeline implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  static final Duration GRACE = Duration.ofSeconds(5);
  static final String INSTANCE = "streams-1";

  final FakeRegistry registry;
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final RegistryRetry patience;
  final StepContext stepContext;
  final TopologyTestDriver driver;
  final TestInputTopic<byte[], byte[]> notifications;
  final TestInputTopic<byte[], byte[]> registrations;
  final RegistryClient client;
  private final RegistryClient providers;
  private final AvroSerializer<Notification> notificationValues;
  private final AvroSerializer<Registration> registrationValues;
  final TestInputTopic<byte[], byte[]> schedules;
  private Instant now = START;

  /** What administrators have decided. */
  CapRules caps = (_, _) -> null;

  /** In ms since the epoch. */
  long topicsSameUntil = Long.MAX_VALUE;

  Pipeline(Path stateDir) {
    this(stateDir, new FakeRegistry());
  }

  /** One whose records another one with the same registry can read. */
  Pipeline(Path stateDir, FakeRegistry registry) {
    this(stateDir, registry, 1);
  }

  /** One that reads the first of so many partitions, which is the only one that the driver has. */
  static Pipeline ofPartitions(Path stateDir, int partitions) {
    return new Pipeline(stateDir, new FakeRegistry(), partitions);
  }

  private Pipeline(Path stateDir, FakeRegistry registry, int partitions) {
    this.registry = registry;
    client = client();
    // What the topology knows of schemas it has to learn by itself.
    providers = client();
    notificationValues = new AvroSerializer<>(providers);
    registrationValues = new AvroSerializer<>(providers);
    InstantSource clock = () -> now;
    patience = new RegistryRetry(Duration.ofMillis(1), clock);
    Properties properties = new Properties();
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    stepContext =
        new StepContext(
            client,
            patience,
            new Meters(metrics, clock),
            clock,
            TopicNames.PLAIN,
            partitions,
            INSTANCE,
            GRACE,
            (app, category) -> caps.of(app, category),
            () -> topicsSameUntil,
            false);
    driver =
        new TopologyTestDriver(
            StreamsTopology.of(TopicNames.PLAIN, List.of(new ResolveStep(stepContext))),
            properties,
            START);
    notifications = input(LogTopics.NOTIFICATIONS.name());
    registrations = input(LogTopics.REGISTRATIONS.name());
    schedules = input(LogTopics.SCHEDULES.name());
  }

  private RegistryClient client() {
    return new RegistryClient(
        RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url(), "max.retries", "0")));
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  void register(String token, String device, String app) {
    registrations.pipeInput(token.getBytes(UTF_8), registration(device, app));
  }

  /** Registers a device that has named its locale and time zone, or null for either. */
  void register(
      String token, String device, String app, @Nullable String locale, @Nullable String zone) {
    registrations.pipeInput(token.getBytes(UTF_8), registration(device, app, locale, zone));
  }

  /** Writes which token is found at the address of a device and app. */
  void address(String address, String device, String app, String token) {
    registrations.pipeInput(
        address.getBytes(UTF_8),
        registrationValues.serialize(
            LogTopics.REGISTRATIONS.name(),
            new Registration(device, app, null, null, START.toEpochMilli(), token)));
  }

  byte[] registration(String device, String app) {
    return registration(device, app, null, null);
  }

  private byte[] registration(
      String device, String app, @Nullable String locale, @Nullable String zone) {
    return registrationValues.serialize(
        LogTopics.REGISTRATIONS.name(),
        new Registration(device, app, locale, zone, START.toEpochMilli(), null));
  }

  void notify(String token, Notification notification) {
    notifications.pipeInput(token.getBytes(UTF_8), bytes(notification), START.toEpochMilli());
  }

  byte[] bytes(Notification notification) {
    return notificationValues.serialize(LogTopics.NOTIFICATIONS.name(), notification);
  }

  void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
  }

  /** Sets the clock, without any time passing. */
  void setClock(Instant to) {
    now = to;
  }

  long nowMillis() {
    return now.toEpochMilli();
  }

  record Out<V>(String key, V value) {}

  List<Out<Delivery>> deliveries() {
    AvroDeserializer<Delivery> values = new AvroDeserializer<>(providers, Delivery.class);
    return output(LogTopics.DELIVERIES.name()).readRecordsToList().stream()
        .map(r -> new Out<>(new String(r.key(), UTF_8), values.read(r.value())))
        .toList();
  }

  /** The deliveries that are notifications, and no withdrawals. */
  List<Out<Delivery>> notified() {
    return deliveries().stream().filter(out -> !WithdrawalId.isOne(out.value().getId())).toList();
  }

  List<Out<Receipt>> receipts() {
    AvroDeserializer<Receipt> values = new AvroDeserializer<>(providers, Receipt.class);
    return output(LogTopics.RECEIPTS.name()).readRecordsToList().stream()
        .map(r -> new Out<>(new String(r.key(), UTF_8), values.read(r.value())))
        .toList();
  }

  /** What the topology has written to the notifications. */
  List<Out<Notification>> notifications() {
    AvroDeserializer<Notification> values = new AvroDeserializer<>(providers, Notification.class);
    return output(LogTopics.NOTIFICATIONS.name()).readRecordsToList().stream()
        .map(r -> new Out<>(new String(r.key(), UTF_8), values.read(r.value())))
        .toList();
  }

  List<TestRecord<byte[], byte[]>> deadLetters() {
    return output(LogTopics.DEAD_LETTERS.name()).readRecordsToList();
  }

  List<TestRecord<byte[], byte[]>> forwarded() {
    return output(LogTopics.NOTIFICATIONS.name()).readRecordsToList();
  }

  List<TestRecord<byte[], byte[]>> memberships() {
    return output(LogTopics.MEMBERSHIPS.name()).readRecordsToList();
  }

  List<TestRecord<byte[], byte[]>> scheduleRecords() {
    return output(LogTopics.SCHEDULES.name()).readRecordsToList();
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  double waiting() {
    return metrics.get("tidings.streams.waiting").gauge().value();
  }

  @Override
  public void close() {
    driver.close();
    client.close();
    providers.close();
    registry.close();
  }
}
