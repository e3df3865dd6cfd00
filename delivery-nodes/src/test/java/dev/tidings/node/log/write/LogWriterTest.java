package dev.tidings.node.log.write;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.health.Health;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.NotLeaderOrFollowerException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Shows G64, G65 and G85 of docs/guarantees.md. */
class LogWriterTest {
  private final FakeRegistry fake = new FakeRegistry();
  private final RegistryClient registry =
      new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, fake.url())));
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<Throwable> fatal = new CopyOnWriteArrayList<>();
  private final FailingProducer producer = new FailingProducer();
  private final Deque<Producer<byte[], byte[]>> dead = new ArrayDeque<>();
  private final LogWriter log = writer();

  private LogWriter writer() {
    return new LogWriter(
        () -> dead.isEmpty() ? producer : dead.pop(),
        TopicNames.PLAIN,
        new AvroSerializer<SpecificRecord>(registry),
        new WriterMeters(meters),
        fatal::add);
  }

  private final List<String> stored = new CopyOnWriteArrayList<>();
  private final List<String> refused = new CopyOnWriteArrayList<>();

  /** Gives back what is written to one topic, at once or in the callback. */
  private static final class FailingProducer extends MockProducer<byte[], byte[]> {
    private volatile Optional<RuntimeException> failure = Optional.empty();
    private volatile String topic = "";
    private volatile String key = "";
    private volatile boolean atOnce;

    FailingProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    void fail(LogTopic<?> failing, String onlyKey, RuntimeException how) {
      topic = failing.name();
      key = onlyKey;
      failure = Optional.of(how);
    }

    void recover() {
      failure = Optional.empty();
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (failure.isPresent()
          && record.topic().equals(topic)
          && text(record.key()).startsWith(key)) {
        if (atOnce) {
          throw failure.get();
        }
        callback.onCompletion(null, failure.get());
        return new CompletableFuture<>();
      }
      return super.send(record, callback);
    }

    List<String> written(LogTopic<?> of) {
      return history().stream()
          .filter(record -> record.topic().equals(of.name()))
          .map(record -> text(record.key()))
          .toList();
    }
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  @AfterEach
  void stop() {
    log.close();
    registry.close();
    fake.close();
  }

  private void write(LogTopic<?> topic, String key) {
    write(log, topic, key);
  }

  private void write(LogWriter to, LogTopic<?> topic, String key) {
    to.write(
        new LogWrite(
            topic,
            0,
            key.getBytes(StandardCharsets.UTF_8),
            new LogWrite.Value.Raw(new byte[] {1}),
            List.of(),
            () -> stored.add(key),
            why -> refused.add(key)));
  }

  @Test
  void a_record_that_is_too_large_is_told_of_once_and_those_behind_it_go_on() {
    producer.fail(LogTopics.INBOX, "large", new RecordTooLargeException("for the test"));
    log.start();
    write(LogTopics.INBOX, "large");
    write(LogTopics.INBOX, "small");

    Awaitility.await().until(() -> log.pending() == 0);
    assertThat(refused).containsExactly("large");
    assertThat(stored).containsExactly("small");
    Awaitility.await().until(() -> log.health().equals(Health.healthy()));
  }

  @Test
  void a_topic_that_takes_nothing_holds_up_no_other_and_keeps_its_order() {
    holdsUpNoOther();
  }

  private void holdsUpNoOther() {
    producer.fail(LogTopics.INBOX, "", new NotLeaderOrFollowerException("for the test"));
    log.start();
    for (int i = 0; i < 20; i++) {
      write(LogTopics.INBOX, "i" + i);
      write(LogTopics.RECEIPTS, "r" + i);
    }
    Awaitility.await().until(() -> producer.written(LogTopics.RECEIPTS).size() == 20);
    assertThat(producer.written(LogTopics.INBOX)).isEmpty();

    producer.recover();
    Awaitility.await().until(() -> log.pending() == 0);
    assertThat(producer.written(LogTopics.INBOX))
        .containsExactly(IntStream.range(0, 20).mapToObj(i -> "i" + i).toArray(String[]::new));
    Awaitility.await().until(() -> log.health().equals(Health.healthy()));
  }

  @Test
  void the_same_where_the_producer_throws_at_once() {
    producer.atOnce = true;
    holdsUpNoOther();
  }

  @Test
  void what_it_may_not_write_makes_the_service_unready_and_says_why() {
    producer.fail(LogTopics.RECEIPTS, "", new TopicAuthorizationException("not you"));
    log.start();
    write(LogTopics.RECEIPTS, "r");

    Awaitility.await().until(() -> log.health() instanceof Health.Unhealthy);
    assertThat(log.health().toString()).contains(LogTopics.RECEIPTS.name()).contains("not you");
    producer.recover();
    Awaitility.await().until(() -> stored.equals(List.of("r")));
    Awaitility.await().until(() -> log.health().equals(Health.healthy()));
  }

  @Test
  void a_clock_that_the_broker_refuses_is_waited_for_and_named() {
    producer.fail(LogTopics.RECEIPTS, "", new InvalidTimestampException("an hour ahead"));
    log.start();
    write(LogTopics.RECEIPTS, "r");

    Awaitility.await().until(() -> log.health() instanceof Health.Unhealthy);
    assertThat(log.health().toString()).contains("clock");
    assertThat(refused).isEmpty();
  }

  @Test
  void what_can_t_be_serialized_steps_aside() {
    log.start();
    log.write(
        LogWrite.record(
                LogTopics.RECEIPTS,
                new byte[] {1},
                new Receipt(null, null, null, null, null, null, null),
                () -> stored.add("never"))
            .orElse(why -> refused.add("receipt")));
    write(LogTopics.RECEIPTS, "next");

    Awaitility.await().until(() -> log.pending() == 0);
    assertThat(refused).containsExactly("receipt");
    assertThat(stored).containsExactly("next");
  }

  @Test
  void a_schema_that_the_registry_does_not_give_holds_up_its_own_topic_only() {
    fake.close();
    log.start();
    log.write(
        LogWrite.record(
            LogTopics.RECEIPTS,
            new byte[] {1},
            Receipt.newBuilder()
                .setId("i")
                .setToken("t")
                .setDevice("d")
                .setApp("a")
                .setOutcome(dev.tidings.schemas.avro.Outcome.DELIVERED)
                .setSteps(List.of())
                .build(),
            () -> stored.add("receipt")));
    write(LogTopics.INBOX, "raw");

    Awaitility.await().until(() -> stored.equals(List.of("raw")));
    assertThat(log.pending()).isOne();
  }

  @Test
  void an_error_ends_the_process_and_not_the_thread_alone() {
    log.start();
    log.write(
        new LogWrite(
            LogTopics.INBOX,
            0,
            new byte[0],
            null,
            List.of(),
            () -> {
              throw new OutOfMemoryError("for the test");
            }));

    Awaitility.await().until(() -> !fatal.isEmpty());
  }

  @Test
  void a_topic_that_takes_nothing_is_tried_ever_more_seldom() {
    long now = 0;
    RetriedTopic topic = new RetriedTopic(now);
    LogWrite write = LogWrite.tombstone(LogTopics.INBOX, new byte[0], () -> {});
    topic.failed(write, 0, false, "why", now);
    // A thousand that were under way come back as well: one attempt.
    for (int i = 1; i <= 1_000; i++) {
      topic.failed(write, i, false, "why", now);
    }
    assertThat(topic.failures()).isOne();
    int attempts = 0;
    for (; now < 3_600_000_000_000L; now += 50_000_000L) {
      if (topic.isDue(now)) {
        LogWrite probe = topic.probe();
        assertThat(topic.isDue(now + 3_600_000_000_000L)).isFalse();
        topic.failed(probe, -1, true, "why", now);
        attempts++;
      }
    }
    assertThat(attempts).isBetween(300, 400);
    assertThat(topic.rest()).hasSize(1_001);
  }

  @Test
  void a_producer_that_can_t_go_on_is_replaced_and_nothing_is_lost_or_overtaken() {
    List<FailingProducer> gone = new ArrayList<>();
    for (RuntimeException why :
        List.of(
            new KafkaException(
                "Cannot execute transactional method because we are in an error state",
                new ClusterAuthorizationException("for the test")),
            new ProducerFencedException("for the test"),
            new OutOfOrderSequenceException("for the test"))) {
      FailingProducer one = new FailingProducer();
      one.fail(LogTopics.INBOX, "", why);
      one.atOnce = why.getClass() == KafkaException.class;
      gone.add(one);
      dead.add(one);
    }
    LogWriter writer = writer();
    writer.start();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      keys.add("i" + i);
      write(writer, LogTopics.INBOX, "i" + i);
    }

    Awaitility.await().until(() -> writer.pending() == 0);
    assertThat(stored).containsExactlyElementsOf(keys);
    assertThat(producer.written(LogTopics.INBOX)).containsExactlyElementsOf(keys);
    assertThat(refused).isEmpty();
    assertThat(gone).allMatch(MockProducer::closed);
    Awaitility.await().until(() -> writer.health().equals(Health.healthy()));
    assertThat(fatal).isEmpty();
    writer.close();
  }

  /** Kafka's producer may wait for ever for the id that it asked for meanwhile. */
  @Test
  void a_producer_whose_password_was_wrong_and_that_gives_up_records_then_is_replaced() {
    FailingProducer one = new FailingProducer();
    one.fail(LogTopics.INBOX, "", new SaslAuthenticationException("for the test"));
    dead.add(one);
    LogWriter writer = writer();
    writer.start();
    write(writer, LogTopics.INBOX, "i1");
    write(writer, LogTopics.INBOX, "i2");
    Awaitility.await().until(() -> writer.health() instanceof Health.Unhealthy);
    assertThat(one.closed()).isFalse();

    one.fail(LogTopics.INBOX, "", new TimeoutException("for the test"));

    Awaitility.await().until(() -> stored.equals(List.of("i1", "i2")));
    assertThat(one.closed()).isTrue();
    assertThat(producer.written(LogTopics.INBOX)).containsExactly("i1", "i2");
    writer.close();
  }

  private static final int BUFFER = 20_000;

  /**
   * Answers nothing that is written to the first partitions of a topic, until it is closed. It has
   * a buffer for that, and refuses whatever comes when it is full.
   */
  private static final class SilentProducer extends MockProducer<byte[], byte[]> {
    private final int partitions;
    private int buffered;
    private int refused;
    private final List<Runnable> returned = new ArrayList<>();
    private final List<Runnable> unanswered = new ArrayList<>();
    private volatile boolean silent = true;

    SilentProducer(int partitions) {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
      this.partitions = partitions;
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (buffered > BUFFER) {
        refused++;
        callback.onCompletion(null, new BufferExhaustedException("for the test"));
        return new CompletableFuture<>();
      }
      if (silent
          && record.topic().equals(LogTopics.INBOX.name())
          && record.partition() < partitions) {
        buffered += record.key().length + record.value().length + 64;
        // A producer that is closed returns what it has in no order.
        returned.addFirst(() ->
            callback.onCompletion(null, new KafkaException("Producer is closed forcefully.")));
        unanswered.add(() -> super.send(record, callback));
        return new CompletableFuture<>();
      }
      return super.send(record, callback);
    }

    synchronized void answer() {
      silent = false;
      buffered = 0;
      unanswered.forEach(Runnable::run);
      unanswered.clear();
      returned.clear();
    }

    synchronized int refused() {
      return refused;
    }

    synchronized int unanswered() {
      return unanswered.size();
    }

    @Override
    public synchronized void close(Duration timeout) {
      super.close(timeout);
      returned.forEach(Runnable::run);
      returned.clear();
      unanswered.clear();
    }

    List<String> written() {
      return history().stream().map(record -> text(record.key())).toList();
    }
  }

  private LogWriter writer(Deque<? extends Producer<byte[], byte[]>> ones, Duration silence) {
    return new LogWriter(
        () -> ones.isEmpty() ? producer : ones.pop(),
        TopicNames.PLAIN,
        new AvroSerializer<SpecificRecord>(registry),
        new WriterMeters(meters),
        fatal::add,
        new WriterLimits(1_000, 1_000, BUFFER / 2, silence));
  }

  private void write(LogWriter to, int partition, String key) {
    to.write(
        new LogWrite(
            LogTopics.INBOX,
            partition,
            key.getBytes(StandardCharsets.UTF_8),
            new LogWrite.Value.Raw(new byte[] {1}),
            List.of(),
            () -> stored.add(key)));
  }

  @Test
  void a_partition_that_answers_nothing_is_named_and_fills_no_buffer_and_recovers_in_order() {
    SilentProducer silent = new SilentProducer(1);
    LogWriter writer = writer(new ArrayDeque<>(List.of(silent)), Duration.ofMillis(100));
    writer.start();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      keys.add("silent" + i);
      write(writer, 0, "silent" + i);
      write(writer, 1, "other" + i);
    }

    Awaitility.await().until(() -> stored.size() == 100);
    assertThat(silent.written()).allMatch(key -> key.startsWith("other"));
    assertThat(silent.unanswered()).isBetween(1, 20);
    Awaitility.await().until(() -> writer.health() instanceof Health.Unhealthy);
    assertThat(writer.health().toString())
        .contains(LogTopics.INBOX.name() + "-0 has acknowledged no write")
        .doesNotContain("-1 has");

    silent.answer();

    Awaitility.await().until(() -> writer.pending() == 0);
    assertThat(silent.written().stream().filter(key -> key.startsWith("silent")))
        .containsExactlyElementsOf(keys);
    Awaitility.await().until(() -> writer.health().equals(Health.healthy()));
    writer.close();
  }

  /** It is looked at what the partitions have acknowledged though the writer is never idle long. */
  @Test
  void a_partition_that_answers_nothing_is_named_while_now_and_then_another_is_written_to() {
    SilentProducer silent = new SilentProducer(1);
    LogWriter writer = writer(new ArrayDeque<>(List.of(silent)), Duration.ofMillis(100));
    writer.start();
    write(writer, 0, "silent");

    Awaitility.await()
        .pollInterval(Duration.ofMillis(200))
        .until(() -> {
          write(writer, 1, "other");
          return writer.health() instanceof Health.Unhealthy;
        });

    silent.answer();
    writer.close();
  }

  /** As many as the buffer has room for what each of them may have: it is shared. */
  @Test
  void however_many_partitions_answer_nothing_the_others_are_written_to_and_all_recover() {
    int partitions = 90;
    SilentProducer silent = new SilentProducer(partitions);
    LogWriter writer = writer(new ArrayDeque<>(List.of(silent)), Duration.ofMillis(100));
    writer.start();
    for (int i = 0; i < 30; i++) {
      for (int partition = 0; partition < partitions; partition++) {
        write(writer, partition, partition + "-" + i);
      }
      write(writer, partitions, "other" + i);
    }

    Awaitility.await().until(() -> stored.size() == 30);
    assertThat(silent.written()).allMatch(key -> key.startsWith("other"));
    assertThat(silent.unanswered()).isGreaterThanOrEqualTo(partitions);
    assertThat(silent.refused()).isZero();
    Awaitility.await().until(() -> writer.health() instanceof Health.Unhealthy);
    assertThat(writer.health().toString()).contains("nor have 85 others");

    silent.answer();

    Awaitility.await().until(() -> writer.pending() == 0);
    for (int partition = 0; partition < partitions; partition++) {
      String prefix = partition + "-";
      assertThat(silent.written().stream().filter(key -> key.startsWith(prefix)))
          .containsExactlyElementsOf(IntStream.range(0, 30).mapToObj(i -> prefix + i).toList());
    }
    writer.close();
  }

  @Test
  void what_a_recreated_topic_has_not_acknowledged_is_written_again_in_order_by_another_producer() {
    SilentProducer old = new SilentProducer(1);
    LogWriter writer = writer(new ArrayDeque<>(List.of(old)), Duration.ofMinutes(1));
    writer.start();
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      keys.add("i" + i);
      write(writer, 0, "i" + i);
    }
    Awaitility.await().until(() -> old.unanswered() > 1);
    writer.topicRecreated("another");
    writer.topicRecreated(LogTopics.INBOX.name());

    Awaitility.await().until(() -> writer.pending() == 0);
    assertThat(old.closed()).isTrue();
    assertThat(producer.written(LogTopics.INBOX)).containsExactlyElementsOf(keys);
    assertThat(stored).containsExactlyElementsOf(keys);
    Awaitility.await().until(() -> writer.health().equals(Health.healthy()));
    writer.close();
  }
}
