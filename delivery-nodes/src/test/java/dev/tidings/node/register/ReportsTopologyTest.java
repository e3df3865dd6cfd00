package dev.tidings.node.register;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.log.write.WriterMeters;
import dev.tidings.node.table.TableHarness;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.AvroSerializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is written of what a device tells.
 *
 * <p>Shows G108 of docs/guarantees.md.
 */
final class ReportsTopologyTest {
  private static final DeviceId DEVICE = new DeviceId("phone-1");
  private static final AppId NEWS = new AppId("com.example.news");
  private static final AppId MAIL = new AppId("com.example.mail");
  private static final NotificationId ID =
      new NotificationId("11111111-2222-3333-4444-555555555555");
  private static final TokenMint MINT =
      new TokenMint(TokenKeys.parse("2:" + "aa".repeat(16) + ",1:" + "0f".repeat(16)));

  @TempDir Path directory;

  private final FakeRegistry registry = new FakeRegistry();
  private TableHarness<Generation> node;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final AtomicLong nanoTime = new AtomicLong();
  private Reports reports;

  @BeforeEach
  void open() {
    node = new TableHarness<>(directory, LogTopics.GENERATIONS, Generations.RULE, registry);
    reports = reports(node.log());
    node.comeBack();
  }

  private Reports reports(LogWriter log) {
    return reports(log, new RequestLimits(5, 1_000));
  }

  private Reports reports(LogWriter log, RequestLimits limits) {
    return new Reports(
        MINT,
        node.table(),
        log,
        () -> Instant.ofEpochMilli(1_000),
        "node-1",
        limits,
        metrics,
        nanoTime::get);
  }

  @AfterEach
  void close() {
    node.close();
    registry.close();
  }

  private void registered(AppId app, int number, boolean still) {
    var stored =
        node.table()
            .put(
                new DeviceKey(DEVICE, app.value()),
                new Generation(number, still, 0L, false, 0, null, null));
    node.comeBack();
    assertThat(stored).isDone();
  }

  private CompletableFuture<Void> report(Optional<AppId> app, StepName step) {
    return reports.report(DEVICE, app, any -> true, ID, step).toCompletableFuture();
  }

  private List<ProducerRecord<byte[], byte[]>> receipts() {
    return node.written().stream()
        .filter(record -> record.topic().equals(LogTopics.RECEIPTS.name()))
        .toList();
  }

  private static List<String> keys(List<ProducerRecord<byte[], byte[]>> records) {
    return records.stream()
        .map(record -> new String(record.key(), StandardCharsets.US_ASCII))
        .toList();
  }

  @Test
  void each_step_has_a_record_of_its_own_under_the_devices_tokens() {
    registered(NEWS, 3, true);

    assertThat(report(Optional.of(NEWS), StepName.DISPLAYED))
        .succeedsWithin(Duration.ofSeconds(30));
    assertThat(report(Optional.empty(), StepName.OPENED)).succeedsWithin(Duration.ofSeconds(30));

    List<Token> tokens = MINT.mintAll(DEVICE, NEWS, 3);
    assertThat(tokens).hasSize(2);
    assertThat(keys(receipts()))
        .containsExactlyInAnyOrder(
            key(tokens.get(0), StepName.DISPLAYED),
            key(tokens.get(1), StepName.DISPLAYED),
            key(tokens.get(0), StepName.OPENED),
            key(tokens.get(1), StepName.OPENED));
    try (RegistryClient client =
        new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())))) {
      Receipt first =
          new AvroDeserializer<>(client, Receipt.class).read(receipts().getFirst().value());
      assertThat(first.getDevice()).isEqualTo(DEVICE.value());
      assertThat(first.getApp()).isEqualTo(NEWS.value());
      assertThat(first.getOutcome()).isEqualTo(Outcome.DELIVERED);
      assertThat(first.getSteps())
          .containsExactly(new Step(StepName.DISPLAYED, 1_000L, "node-1", null));
    }
  }

  private static String key(Token token, StepName step) {
    return new String(
        ReceiptKey.ofReport(ID.value(), token.hex(), step), StandardCharsets.US_ASCII);
  }

  @Test
  void without_an_app_there_has_to_be_only_one() {
    assertThat(report(Optional.empty(), StepName.OPENED))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(InvalidValueException.class);
    registered(NEWS, 0, true);
    registered(MAIL, 0, true);

    assertThat(report(Optional.empty(), StepName.OPENED))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(InvalidValueException.class)
        .withMessageContaining("one of those that are registered");
    assertThat(
            reports
                .report(DEVICE, Optional.empty(), MAIL.value()::equals, ID, StepName.OPENED)
                .toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(30));
    assertThat(keys(receipts()))
        .contains(key(MINT.mint(DEVICE, MAIL, 0), StepName.OPENED))
        .hasSize(2);
  }

  @Test
  void a_device_that_has_had_many_apps_has_to_name_the_one() {
    registered(NEWS, 0, true);
    for (int i = 1; i < 16; i++) {
      registered(new AppId("com.example.app" + i), 1, false);
    }
    assertThat(report(Optional.empty(), StepName.OPENED)).succeedsWithin(Duration.ofSeconds(30));
    registered(MAIL, 1, false);

    assertThat(report(Optional.empty(), StepName.OPENED))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(InvalidValueException.class)
        .withMessageContaining("one of those that are registered");
    assertThat(report(Optional.of(NEWS), StepName.OPENED)).succeedsWithin(Duration.ofSeconds(30));
  }

  @Test
  void nothing_is_written_for_an_app_that_is_not_registered() {
    registered(NEWS, 1, false);

    assertThat(report(Optional.of(NEWS), StepName.OPENED))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(InvalidValueException.class);
    assertThat(report(Optional.of(MAIL), StepName.OPENED)).failsWithin(Duration.ofSeconds(30));
    assertThat(receipts()).isEmpty();
  }

  @Test
  void a_device_that_tells_too_much_is_told_to_try_again_later() {
    registered(NEWS, 0, true);
    for (int i = 0; i < 5; i++) {
      assertThat(report(Optional.of(NEWS), StepName.OPENED)).succeedsWithin(Duration.ofSeconds(30));
    }

    assertThat(report(Optional.of(NEWS), StepName.OPENED))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(RefusedException.class)
        .withMessageContaining("more than 5 reports a minute");
    assertThat(counted("device-limit")).isEqualTo(1);
    assertThat(receipts()).hasSize(10);
  }

  @Test
  void a_device_is_told_if_the_log_will_never_have_it() {
    registered(NEWS, 0, true);
    MockProducer<byte[], byte[]> producer =
        new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    producer.sendException = new RecordTooLargeException("for the test");
    try (RegistryClient client =
            new RegistryClient(RegistryConfig.of(Map.of(RegistryConfig.URL, registry.url())));
        LogWriter refusing =
            new LogWriter(
                () -> producer,
                TopicNames.PLAIN,
                new AvroSerializer<>(client),
                new WriterMeters(new SimpleMeterRegistry()),
                failure -> {
                  throw new AssertionError(failure);
                })) {
      refusing.start();
      reports = reports(refusing);

      assertThat(report(Optional.of(NEWS), StepName.OPENED))
          .failsWithin(Duration.ofSeconds(30))
          .withThrowableThat()
          .withMessageContaining("receipts: refused: for the test");
      assertThat(counted("failed")).isEqualTo(1);
    }
  }

  @Test
  void all_devices_together_tell_no_more_than_the_node_takes() {
    reports = reports(node.log(), new RequestLimits(5, 2));
    registered(NEWS, 0, true);
    CompletableFuture<Void> unregistered =
        reports
            .report(new DeviceId("phone-2"), Optional.of(NEWS), any -> true, ID, StepName.OPENED)
            .toCompletableFuture();
    assertThat(unregistered).failsWithin(Duration.ofSeconds(30));
    assertThat(report(Optional.of(NEWS), StepName.OPENED)).succeedsWithin(Duration.ofSeconds(30));

    assertThat(report(Optional.of(NEWS), StepName.DISPLAYED))
        .failsWithin(Duration.ofSeconds(30))
        .withThrowableThat()
        .withCauseInstanceOf(RefusedException.class)
        .withMessageContaining("more than 2 reports a second of all devices");
    nanoTime.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(report(Optional.of(NEWS), StepName.OPENED)).succeedsWithin(Duration.ofSeconds(30));

    assertThat(receipts()).hasSize(4);
    assertThat(counted("written")).isEqualTo(2);
    assertThat(counted("node-limit")).isEqualTo(1);
    assertThat(counted("invalid")).isEqualTo(1);
    assertThat(counted("device-limit")).isZero();
    assertThat(counted("failed")).isZero();
  }

  private double counted(String outcome) {
    return metrics.get("tidings.node.reports").tag("outcome", outcome).counter().count();
  }
}
