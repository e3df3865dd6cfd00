package dev.tidings.streams.broadcast;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.topic.BroadcastKey.Kind;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.streams.cap.CapRules;
import dev.tidings.streams.read.RegistryRetry;
import dev.tidings.streams.resolve.ResolveStep;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.step.StreamsTopology;
import dev.tidings.streams.write.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The topology with devices that have joined topics, and a clock that stands still. */
final class Fleet implements AutoCloseable {
  static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  static final AppId APP = new AppId("com.example.news");
  static final NotificationId ID = id(1);

  /** So many a second that a tick of 50 ms looks at 50. */
  static final int RATE = 1_000;

  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  final TopologyTestDriver driver;
  private final RegistryClient client;
  private final AvroSerializer<Subscription> subscriptionValues;
  private final AvroSerializer<Broadcast> broadcastValues;
  private final TestInputTopic<byte[], byte[]> subscriptions;
  private final TestInputTopic<byte[], byte[]> broadcasts;
  private final TestInputTopic<byte[], byte[]> registrations;
  private final TestOutputTopic<byte[], byte[]> receiptsOut;
  private final TestOutputTopic<byte[], byte[]> broadcastsOut;
  private final TestOutputTopic<byte[], byte[]> deliveriesOut;
  private final TestOutputTopic<byte[], byte[]> deadLettersOut;

  /** Everything that the topic has, in order. */
  final List<TestRecord<byte[], byte[]>> broadcastLog = new ArrayList<>();

  /** What it has written since this was emptied. */
  final List<TestRecord<byte[], byte[]>> unread = new ArrayList<>();

  private final List<Sent> sent = new ArrayList<>();
  private Instant now;
  private boolean timeless;

  /** What administrators have decided. */
  CapRules caps = (_, _) -> null;

  Fleet(Path stateDir, FakeRegistry registry, Instant start) {
    this(stateDir, registry, start, TopicNames.PLAIN);
  }

  /**
   * @param written the names of the topics that it writes to: if they are others, what it has
   *     written is read only by {@link #read}
   */
  Fleet(Path stateDir, FakeRegistry registry, Instant start, TopicNames written) {
    client =
        new RegistryClient(
            RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url(), "max.retries", "0")));
    now = start;
    InstantSource clock = () -> now;
    subscriptionValues = new AvroSerializer<>(client);
    broadcastValues = new AvroSerializer<>(client);
    Properties properties = new Properties();
    properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDir.toString());
    properties.put(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0);
    StepContext context =
        new StepContext(
            client,
            new RegistryRetry(Duration.ofMillis(1), clock),
            new Meters(metrics, clock),
            clock,
            TopicNames.PLAIN,
            1,
            "streams-1",
            Duration.ofSeconds(5),
            (app, category) -> caps.of(app, category),
            () -> Long.MAX_VALUE,
            false);
    driver =
        new TopologyTestDriver(
            StreamsTopology.of(
                written, List.of(new ResolveStep(context), new BroadcastStep(context, RATE))),
            properties,
            start);
    subscriptions = input(LogTopics.SUBSCRIPTIONS.name());
    broadcasts = input(LogTopics.BROADCASTS.name());
    registrations = input(LogTopics.REGISTRATIONS.name());
    receiptsOut = output(written.of(LogTopics.RECEIPTS));
    broadcastsOut = output(written.of(LogTopics.BROADCASTS));
    deliveriesOut = output(written.of(LogTopics.DELIVERIES));
    deadLettersOut = output(written.of(LogTopics.DEAD_LETTERS));
  }

  private TestInputTopic<byte[], byte[]> input(String topic) {
    return driver.createInputTopic(topic, new ByteArraySerializer(), new ByteArraySerializer());
  }

  private TestOutputTopic<byte[], byte[]> output(String topic) {
    return driver.createOutputTopic(
        topic, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  static NotificationId id(int number) {
    return new NotificationId("00000000-0000-0000-0000-%012d".formatted(number));
  }

  static DeviceId device(int number) {
    return new DeviceId(String.format(Locale.ROOT, "phone-%05d", number));
  }

  static String token(DeviceId device, AppId app) {
    return String.format(Locale.ROOT, "%08x%08x", device.hashCode(), app.hashCode()).repeat(4);
  }

  void join(DeviceId device, AppId app, String topic) {
    put(device, app, topic, joined(device, app));
  }

  /** Registers the token that the device has joined topics with. */
  void register(DeviceId device) {
    registrations.pipeInput(
        token(device, APP).getBytes(UTF_8),
        new AvroSerializer<Registration>(client)
            .serialize(
                LogTopics.REGISTRATIONS.name(),
                new Registration(
                    device.value(), APP.value(), null, null, START.toEpochMilli(), null)));
  }

  List<Receipt> receipts() {
    AvroDeserializer<Receipt> values = new AvroDeserializer<>(client, Receipt.class);
    return receiptsOut.readRecordsToList().stream()
        .map(record -> values.read(record.value()))
        .toList();
  }

  /** Returns the record of a device that has joined a topic. */
  byte[] joined(DeviceId device, AppId app) {
    Subscription record =
        new Subscription(List.of(), 0L, null, token(device, app), START.toEpochMilli());
    return subscriptionValues.serialize(LogTopics.SUBSCRIPTIONS.name(), record);
  }

  void join(DeviceId device, String topic) {
    join(device, APP, topic);
  }

  /** Puts one into the table that had joined before this process had the partition. */
  void hadJoined(DeviceId device, String topic) {
    ((SubscriberStore) driver.getStateStore(BroadcastStep.SUBSCRIBERS_STORE))
        .put(
            new TopicMembership(device, APP, new BroadcastTopic(topic)).key().bytes(),
            joined(device, APP));
  }

  void leave(DeviceId device, String topic) {
    put(device, APP, topic, null);
  }

  private void put(DeviceId device, AppId app, String topic, byte[] value) {
    write(new TopicMembership(device, app, new BroadcastTopic(topic)).key().bytes(), value);
  }

  /** Writes any record to {@code subscriptions}. */
  void write(byte[] key, byte[] value) {
    subscriptions.pipeInput(record(key, value));
  }

  byte[] session() {
    return subscriptionValues.serialize(
        LogTopics.SUBSCRIPTIONS.name(),
        new Subscription(List.of("tidings/#"), 1_000L, null, null, null));
  }

  static Broadcast broadcast(NotificationId id, String condition) {
    return new Broadcast(
        Notification.newBuilder()
            .setId(id.value())
            .setApp(APP.value())
            .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)))
            .setAcceptedAt(START.toEpochMilli())
            .setAcceptedBy("ingest-1")
            .build(),
        APP.value(),
        condition,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The same to another app. */
  static Broadcast broadcast(NotificationId id, AppId app, String condition) {
    Broadcast broadcast = broadcast(id, condition);
    broadcast.put("app", app.value());
    broadcast.getNotification().put("app", app.value());
    return broadcast;
  }

  void request(Broadcast broadcast) {
    NotificationId id = new NotificationId(broadcast.getNotification().getId());
    request(new BroadcastKey(id, 0, Kind.REQUEST).bytes(), broadcast);
  }

  void request(byte[] key, Broadcast broadcast) {
    writeBroadcast(key, value(broadcast));
  }

  byte[] value(Broadcast broadcast) {
    return broadcastValues.serialize(LogTopics.BROADCASTS.name(), broadcast);
  }

  void stop(NotificationId id) {
    stop(id, APP);
  }

  void stop(NotificationId id, AppId app) {
    request(
        new BroadcastKey(id, 0, Kind.STOP).bytes(),
        new Broadcast(null, app.value(), "", null, null, null, null, null, null, null, null));
  }

  void writeBroadcast(byte[] key, byte[] value) {
    broadcastLog.add(new TestRecord<>(key, value));
    broadcasts.pipeInput(record(key, value));
    collect();
  }

  /** What another process has left of the topic. */
  void read(List<TestRecord<byte[], byte[]>> log) {
    for (TestRecord<byte[], byte[]> record : log) {
      broadcastLog.add(record);
      broadcasts.pipeInput(record);
    }
    collect();
  }

  /** From now on nothing that is written has a time. */
  void writeWithoutTime() {
    timeless = true;
  }

  private TestRecord<byte[], byte[]> record(byte[] key, byte[] value) {
    return new TestRecord<>(
        key, value, new RecordHeaders(), timeless ? Instant.ofEpochMilli(-1) : null);
  }

  void pass(Duration time) {
    now = now.plus(time);
    driver.advanceWallClockTime(time);
    collect();
  }

  Instant now() {
    return now;
  }

  /** Lets the ticks come that the processor wants. */
  void ticks(int count) {
    for (int i = 0; i < count; i++) {
      pass(Duration.ofMillis(50));
    }
  }

  private void collect() {
    List<TestRecord<byte[], byte[]>> all = broadcastsOut.readRecordsToList();
    broadcastLog.addAll(all);
    unread.addAll(all);
    AvroDeserializer<Delivery> values = new AvroDeserializer<>(client, Delivery.class);
    deliveriesOut
        .readRecordsToList()
        .forEach(record ->
            sent.add(new Sent(DeviceId.ofKey(record.key()), values.read(record.value()))));
  }

  record Sent(DeviceId device, Delivery delivery) {}

  /** All deliveries so far. */
  List<Sent> sent() {
    return sent;
  }

  List<DeviceId> recipients() {
    return sent.stream().map(Sent::device).toList();
  }

  double counted(String meter) {
    return metrics.get(meter).counter().count();
  }

  int deadLetters() {
    return deadLettersOut.readRecordsToList().size();
  }

  /** What the topic says last about how far a broadcast has come. */
  Optional<Broadcast> progress(NotificationId id) {
    byte[] key = new BroadcastKey(id, 0, Kind.PROGRESS).bytes();
    return last(key).map(value -> new AvroDeserializer<>(client, Broadcast.class).read(value));
  }

  /** The last value of a key. */
  Optional<byte[]> last(byte[] key) {
    return broadcastLog.stream()
        .filter(record -> java.util.Arrays.equals(record.key(), key))
        .reduce((first, second) -> second)
        .map(TestRecord::value);
  }

  @Override
  public void close() {
    driver.close();
    client.close();
  }
}
