package dev.tidings.streams.schedule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.ScheduleKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import dev.tidings.streams.read.GuardedReader;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.ResolveOutputs;
import dev.tidings.streams.write.ResolveOutputs.Source;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A timetable whose topic is read back when the test says so. */
abstract class TimetableHarness {
  static final Token TOKEN = new Token("0123456789abcdef".repeat(4));
  static final String TOPIC = "tidings.schedules";
  static final long DUE = 2_000_000;

  final FakeRegistry registry = new FakeRegistry();
  final RegistryClient client =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
  final AvroSerializer<Notification> values = new AvroSerializer<>(client);
  final CommitWatch commits = CommitWatch.builder().build();
  final List<Integer> sent = new ArrayList<>();
  final List<String> passedOn = new ArrayList<>();
  final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  long now = 1_000_000;

  @TempDir Path directory;
  MockProcessorContext<byte[], byte[]> context;
  StepContext step;
  KeyValueStore<Bytes, byte[]> rows;
  ScheduleStore store;
  Timetable timetable;

  @BeforeEach
  void open() {
    Properties properties = new Properties();
    properties.put("application.id", "test");
    properties.put("bootstrap.servers", "localhost:1");
    context = new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    step = Steps.context(client, () -> Instant.ofEpochMilli(now), metrics);
    rows = Stores.inMemoryKeyValueStore("timetable").get();
    store = new ScheduleStore(rows, step);
    store.init(context.getStateStoreContext(), store);
    context.addStateStore(store);
    context.addStateStore(commits);
  }

  @AfterEach
  void close() {
    client.close();
    registry.close();
  }

  /** A tick ends early on a slow machine, but not before it has sent one. */
  void tickUntilSent(int count) {
    for (int i = 0; i < count && sent.size() < count; i++) {
      timetable.tick();
    }
  }

  void startAndRead(int inMemory) {
    start(inMemory);
    timetable.tick();
    readBack();
  }

  void start(int inMemory) {
    timetable =
        new Timetable(
            step,
            context,
            new GuardedReader(new NotificationReader(client), step.patience(), () -> "here"),
            new ResolveOutputs(
                context,
                client,
                step.patience(),
                TopicNames.PLAIN,
                "streams-1",
                step.clock(),
                step.meters()),
            new Sent(),
            inMemory);
  }

  /** Takes what is sent. */
  void due(ReadResult.Valid valid) {
    sent.add((int) UUID.fromString(valid.id().value()).getLeastSignificantBits());
  }

  private final class Sent implements Departures {
    @Override
    public void due(
        ReadResult.Valid valid, Record<byte[], byte[]> record, Source from, long timestamp) {
      TimetableHarness.this.due(valid);
    }

    @Override
    public void withdraw(
        NotificationId withdrawn,
        Notification withdrawal,
        Token token,
        Record<byte[], byte[]> record,
        Source from) {
      passedOn.add(withdrawn.value());
    }
  }

  /** Puts one into the table, as a restoration does. */
  void scheduled(int number, long due) {
    store.put(Bytes.wrap(key(number).bytes()), bytes(some(number).setDeliverAt(due).build()));
  }

  void take(int number, long due) {
    byte[] value = bytes(some(number).setDeliverAt(due).build());
    if (new NotificationReader(client).read(TOKEN.key(), value) instanceof ReadResult.Valid valid) {
      assertThat(
              timetable.takes(
                  valid, new Record<>(TOKEN.key(), value, now), new Source("n", 0, 0), now))
          .isTrue();
    }
  }

  void withdraw(int number) {
    withdraw(number, 1_000 + number);
  }

  void withdraw(int number, int by) {
    byte[] value = bytes(some(by).setWithdraws(id(number)).build());
    if (new NotificationReader(client).read(TOKEN.key(), value)
        instanceof ReadResult.Withdrawal withdrawal) {
      timetable.withdraw(withdrawal, now);
    }
  }

  /** Reads what was written to the topic. */
  void readBack() {
    forwarded().forEach(record -> timetable.read(record, new Source(TOPIC, 0, 0)));
  }

  /** Returns what was written since to the topic, in its order. */
  List<Record<byte[], byte[]>> forwarded() {
    List<Record<byte[], byte[]>> records = new ArrayList<>();
    for (var forward : context.forwarded()) {
      if (forward.childName().equals(java.util.Optional.of("write-schedules"))) {
        var record = forward.record();
        records.add(
            new Record<>(record.key(), record.value(), record.timestamp(), record.headers()));
      }
    }
    context.resetForwards();
    return records;
  }

  /** Reads one that another owner of the task has written, or this one before a restart. */
  void read(byte[] key, byte[] value) {
    timetable.read(new Record<>(key, value, 0), new Source(TOPIC, 0, 5));
  }

  byte[] notification(int number, long due) {
    return bytes(some(number).setDeliverAt(due).build());
  }

  /** The same with a schema that no registry knows. */
  static byte[] unreadable(byte[] value) {
    byte[] unknown = value.clone();
    ByteBuffer.wrap(unknown, 1, Integer.BYTES).putInt(4_711);
    return unknown;
  }

  /** Lets what was written be in the log, and its tombstones be read. */
  void settle() {
    commits.commit(Map.of());
    timetable.tick();
    readBack();
  }

  byte[] withdrawal(int number) {
    return bytes(some(1_000 + number).setWithdraws(id(number)).build());
  }

  byte[] bytes(Notification notification) {
    return values.serialize(TOPIC, notification);
  }

  static Notification.Builder some(int number) {
    return Notification.newBuilder()
        .setId(id(number))
        .setApp("com.example.news")
        .setAcceptedAt(900_000L)
        .setPayload(ByteBuffer.wrap("{\"aps\":{}}".getBytes(UTF_8)));
  }

  static ScheduleKey key(int number) {
    return ScheduleKey.of(TOKEN, new NotificationId(id(number)));
  }

  static String id(int number) {
    return new UUID(0, number).toString();
  }
}
