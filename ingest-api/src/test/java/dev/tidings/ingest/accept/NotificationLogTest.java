package dev.tidings.ingest.accept;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.testing.FakeRegistry;
import dev.tidings.schemas.token.TokenKeys;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import dev.tidings.service.kafka.ProducerFailure;
import dev.tidings.service.kafka.producer.ProducerSource;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.LoggerFactory;

/** Shows G64 of docs/guarantees.md. */
class NotificationLogTest {
  private static final TokenKeys KEYS = TokenKeys.parse("1:000102030405060708090a0b0c0d0e0f");
  private static final AppId APP = new AppId("com.example.news");
  private static final Token TOKEN = new TokenMint(KEYS).mint(new DeviceId("phone"), APP, 0);
  private static final int MOST = 10;

  private final FakeRegistry registry = new FakeRegistry();
  private final RegistryClient schemas =
      new RegistryClient(RegistryConfig.of(Map.of("schema.registry.url", registry.url())));
  private final Replacements producers = new Replacements();
  private final List<AppendResult> results = new ArrayList<>();

  private static final class Replacements implements ProducerSource {
    private final Deque<MockProducer<byte[], byte[]>> all =
        new ArrayDeque<>(List.of(producer(), producer()));

    private static MockProducer<byte[], byte[]> producer() {
      return new MockProducer<>(false, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public MockProducer<byte[], byte[]> current() {
      return all.getFirst();
    }

    @Override
    public void ended(Producer<byte[], byte[]> of, @Nullable Exception failure) {
      if (failure != null && ProducerFailure.isOne(failure) && of.equals(all.getFirst())) {
        all.removeFirst();
      }
    }
  }

  private final NotificationLog log =
      new NotificationLog(
          producers,
          new InFlight(MOST),
          "tidings.notifications",
          schemas,
          "test",
          InstantSource.system());

  @AfterEach
  void close() throws Exception {
    schemas.close();
    registry.close();
  }

  static List<RuntimeException> producersFailures() {
    return List.of(
        new OutOfOrderSequenceException("a gap"),
        new ProducerFencedException("another one"),
        new SaslAuthenticationException("a password that is wrong for a moment"),
        new KafkaException("in an error state"));
  }

  @ParameterizedTest
  @MethodSource("producersFailures")
  void a_producer_that_can_t_go_on_is_replaced_and_its_requests_may_be_tried_again(
      RuntimeException failure) {
    append();
    append();
    MockProducer<byte[], byte[]> first = producers.current();
    first.errorNext(failure);
    first.errorNext(failure);
    assertThat(results).hasSize(2).allMatch(AppendResult.Overloaded.class::isInstance);

    append();
    assertThat(producers.current()).isNotEqualTo(first);
    producers.current().completeNext();
    assertThat(results.getLast()).isInstanceOf(AppendResult.Accepted.class);
  }

  /** What a producer does that was refused its id: it does not call back. */
  @Test
  void one_that_refuses_to_send_is_replaced_too_and_each_request_hears_of_it_once() {
    MockProducer<byte[], byte[]> first = producers.current();
    first.sendException = new KafkaException("in an error state");

    append();

    assertThat(results).singleElement().isInstanceOf(AppendResult.Overloaded.class);
    assertThat(producers.current()).isNotEqualTo(first);
  }

  @Test
  void what_nobody_expected_is_answered_and_told_once_in_a_while() {
    ListAppender<ILoggingEvent> lines = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger(NotificationLog.class);
    logger.addAppender(lines);
    lines.start();
    producers.current().sendException = new IllegalStateException("unexpected");
    try {
      for (int i = 0; i < 1_000; i++) {
        append();
      }
    } finally {
      logger.detachAppender(lines);
    }

    assertThat(results).hasSize(1_000).allMatch(AppendResult.Failed.class::isInstance);
    assertThat(lines.list).filteredOn(line -> line.getLevel() == Level.ERROR).isNotEmpty();
    assertThat(lines.list).hasSizeLessThan(100);
  }

  @Test
  void what_is_the_record_s_fault_replaces_nothing() {
    append();
    MockProducer<byte[], byte[]> first = producers.current();
    first.errorNext(new RecordTooLargeException("too large"));

    assertThat(results).singleElement().isInstanceOf(AppendResult.Failed.class);
    assertThat(producers.current()).isEqualTo(first);
  }

  @Test
  void no_more_are_written_at_a_time_than_there_is_room_for() {
    for (int i = 0; i <= MOST; i++) {
      append();
    }
    assertThat(results)
        .containsExactly(new AppendResult.Overloaded(AppendResult.Bottleneck.IN_FLIGHT));

    producers.current().completeNext();
    append();
    assertThat(results).hasSize(2).last().isInstanceOf(AppendResult.Accepted.class);
  }

  private void append() {
    NewNotification notification =
        new NewNotification(
            NotificationId.random(),
            TOKEN,
            APP,
            Expiration.NEVER,
            Priority.IMMEDIATE,
            null,
            PushType.ALERT);
    log.append(notification, "{}".getBytes(UTF_8), results::add);
  }
}
