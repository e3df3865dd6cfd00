package dev.tidings.ingest.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.ingest.receipts.Cursor;
import dev.tidings.ingest.receipts.ReceiptBatches;
import dev.tidings.ingest.webhook.attempt.RecentAttempts;
import dev.tidings.ingest.webhook.attempt.WebhookAttempt;
import dev.tidings.schemas.avro.Webhook;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * What an endpoint is sent, whatever it answers and whoever serves it. Everything runs in the
 * test's thread; the sender is interrupted when there is nothing left to do, or by the endpoint.
 *
 * <p>Shows G123 of docs/guarantees.md.
 */
class WebhookSenderTest {
  private static final Uuid TOPIC = Uuid.randomUuid();
  private static final Webhook WEBHOOK =
      Webhook.newBuilder()
          .setTeam("TEAM567890")
          .setApp("com.example.news")
          .setUrl("https://hooks.example.com/")
          .setSecret(ByteBuffer.wrap(new byte[32]))
          .setMaxEvents(2)
          .setCreated(Instant.parse("2026-03-01T11:59:00Z"))
          .build();

  private Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();

  /** Of a log of one partition: each event is its offset. */
  private int written;

  private WebhookPlaces.Place place = new WebhookPlaces.Place(Optional.empty(), Optional.empty());
  private boolean logAway;
  private final List<String> sent = new ArrayList<>();
  private final List<String> ids = new ArrayList<>();
  private final List<Duration> pauses = new ArrayList<>();
  private final List<String> switchedOff = new ArrayList<>();
  private final List<Instant> keptAt = new ArrayList<>();
  private int rests;

  /** What the endpoint answers next; 200 if nothing is left. -1 interrupts instead. */
  private final RecentAttempts recent = new RecentAttempts();

  private final Deque<Integer> answers = new ArrayDeque<>();

  /** How far the clock goes on during the next requests, or is set back; then it stands still. */
  private final Deque<Duration> clockMoves = new ArrayDeque<>();

  private final class Log implements ReceiptBatches {
    private long next;

    private Log(@Nullable Cursor from) {
      next = from == null ? 0 : from.next()[0];
    }

    @Override
    public Batch next(int maxEvents, int maxBytes, Duration atMost) throws InterruptedException {
      long from = next;
      List<Event> events = new ArrayList<>();
      while (next < written && events.size() < maxEvents) {
        events.add(
            new Event(
                "e" + next,
                "confirmed",
                ("{\"n\":" + next + "}").getBytes(StandardCharsets.UTF_8)));
        next++;
      }
      if (events.isEmpty()) {
        now = now.plus(atMost);
        throw new InterruptedException();
      }
      return new Batch(events, at(from), at(next));
    }

    @Override
    public void rest() {
      rests++;
    }

    @Override
    public void close() {
      // Nothing is open.
    }
  }

  private static Cursor at(long offset) {
    return new Cursor(TOPIC, new long[] {offset});
  }

  private final class Places implements WebhookPlaces {
    @Override
    public Place read(String webhook) {
      return place;
    }

    @Override
    public void keep(String webhook, Cursor next, Optional<Instant> failingSince) {
      if (logAway) {
        throw new KafkaException("the broker is away");
      }
      place = new Place(Optional.of(next), failingSince);
      keptAt.add(now);
    }
  }

  private WebhookOutcome post(URI uri, Map<String, String> headers, byte[] body)
      throws InterruptedException {
    ids.add(headers.get("webhook-id"));
    now = now.plus(clockMoves.isEmpty() ? Duration.ZERO : clockMoves.removeFirst());
    sent.add(new String(body, StandardCharsets.UTF_8).replaceAll(".*\"events\":", ""));
    Integer answer = answers.isEmpty() ? Integer.valueOf(200) : answers.removeFirst();
    if (answer < 0) {
      throw new InterruptedException();
    }
    return new WebhookOutcome.Answered(answer, Optional.empty());
  }

  /** Serves it until there is nothing left to do. */
  private void serve() {
    new WebhookSender(
            "HOOK567890",
            WEBHOOK,
            new WebhookSender.Route(
                (_, _, from, _) -> new Log(from),
                new Places(),
                this::post,
                (_, _, why) -> switchedOff.add(why),
                recent,
                pause -> {
                  pauses.add(pause);
                  now = now.plus(pause);
                },
                Duration.ofDays(1)),
            new WebhookMeters(metrics),
            () -> now)
        .run();
    assertThat(Thread.interrupted() || !switchedOff.isEmpty()).isTrue();
  }

  private static String batch(int... events) {
    return IntStream.of(events)
            .mapToObj(
                n -> "{\"id\":\"e%d\",\"type\":\"confirmed\",\"data\":{\"n\":%d}}".formatted(n, n))
            .toList()
            .toString()
            .replace(", {", ",{")
        + "}}";
  }

  @Test
  void receipts_come_in_order_a_few_at_a_time_and_the_place_is_kept_at_last() {
    written = 5;

    serve();

    assertThat(sent).containsExactly(batch(0, 1), batch(2, 3), batch(4));
    assertThat(place.next().orElseThrow().isAt(at(5))).isTrue();
    assertThat(metrics.get("tidings.ingest.webhooks.events").counter().count()).isEqualTo(5);
  }

  @Test
  void what_is_not_taken_comes_again_as_it_was_and_nothing_passes_it() {
    written = 4;
    answers.addAll(List.of(500, 404, 302));

    serve();

    assertThat(sent)
        .containsExactly(batch(0, 1), batch(0, 1), batch(0, 1), batch(0, 1), batch(2, 3));
    assertThat(ids.subList(0, 4)).containsOnly(ids.getFirst());
    assertThat(ids.getLast()).isNotEqualTo(ids.getFirst());
    assertThat(pauses).hasSize(3).isSorted();
    assertThat(rests).isEqualTo(3);
  }

  @Test
  void each_request_is_remembered_with_what_came_of_it_and_when_it_is_sent_again() {
    written = 3;
    Instant start = now;
    answers.addAll(List.of(500, 200, 410));

    serve();

    List<WebhookAttempt> remembered = recent.of("HOOK567890");
    assertThat(remembered)
        .extracting(each -> each.status().orElse(0))
        .containsExactly(410, 200, 500);
    assertThat(remembered).extracting(WebhookAttempt::events).containsExactly(1, 2, 2);
    WebhookAttempt failed = remembered.getLast();
    assertThat(failed.at()).isEqualTo(start);
    assertThat(failed.failure()).contains("the endpoint answers 500");
    assertThat(failed.nextAt()).contains(start.plus(pauses.getFirst()));
    assertThat(remembered.get(1).isTaken()).isTrue();
    assertThat(remembered.getFirst().failure()).contains("the endpoint answers 410 (Gone)");
    assertThat(remembered.getFirst().nextAt()).isEmpty();
  }

  @Test
  void whoever_serves_it_next_goes_on_there_and_misses_nothing() {
    written = 4;
    answers.addAll(List.of(200, -1));
    serve();
    assertThat(place.next().orElseThrow().isAt(at(2))).isTrue();

    written = 6;
    serve();

    assertThat(sent).containsExactly(batch(0, 1), batch(2, 3), batch(2, 3), batch(4, 5));
    assertThat(ids.get(2)).isEqualTo(ids.get(1));
  }

  @Test
  void where_the_place_could_not_be_kept_it_is_told_again_rather_than_missed() {
    written = 2;
    logAway = true;
    serve();

    logAway = false;
    serve();

    assertThat(sent).containsExactly(batch(0, 1), batch(0, 1));
  }

  @Test
  void after_a_day_without_a_good_answer_it_is_switched_off_and_its_place_stays() {
    written = 4;
    answers.add(200);
    IntStream.range(0, 100).forEach(_ -> answers.add(500));
    Instant begun = now;

    serve();

    assertThat(switchedOff)
        .singleElement()
        .asString()
        .contains("the endpoint answers 500", "taken nothing since " + begun);
    assertThat(now).isEqualTo(begun.plus(Duration.ofDays(1)));
    assertThat(place.next().orElseThrow().isAt(at(2))).isTrue();
    assertThat(place.failingSince()).isEmpty();

    switchedOff.clear();
    answers.clear();
    sent.clear();
    serve();
    assertThat(sent).containsExactly(batch(2, 3));
  }

  /** Brokers forget what a group without members has committed. */
  @Test
  void the_place_of_one_that_fails_is_kept_anew_as_long_as_it_does() {
    written = 4;
    IntStream.range(0, 100).forEach(_ -> answers.add(500));
    Instant begun = now;

    serve();

    assertThat(keptAt).hasSizeGreaterThan(10).contains(begun);
    for (int i = 1; i < keptAt.size(); i++) {
      assertThat(Duration.between(keptAt.get(i - 1), keptAt.get(i)))
          .isLessThan(Duration.ofHours(3));
    }
  }

  /** Else a crash would repeat all that was taken until the clock is again where it was. */
  @Test
  void the_place_is_kept_each_second_though_the_clock_is_set_back() {
    written = 24;
    clockMoves.add(Duration.ofSeconds(1));
    clockMoves.add(Duration.ofHours(-3));
    IntStream.range(0, 10).forEach(_ -> clockMoves.add(Duration.ofSeconds(1)));

    serve();

    assertThat(sent).hasSize(12);
    assertThat(keptAt).hasSize(12);
  }

  @Test
  void a_request_during_which_the_clock_is_set_back_took_no_time() {
    written = 2;
    clockMoves.add(Duration.ofHours(-3));

    serve();

    assertThat(recent.of("HOOK567890"))
        .singleElement()
        .extracting(WebhookAttempt::took)
        .isEqualTo(Duration.ZERO);
  }

  @Test
  void the_day_goes_on_where_it_is_served_next() {
    written = 2;
    answers.addAll(List.of(500, -1));
    Instant begun = now;
    serve();
    assertThat(place.failingSince()).contains(begun);

    now = begun.plus(Duration.ofHours(20));
    IntStream.range(0, 100).forEach(_ -> answers.add(500));
    serve();

    assertThat(switchedOff).hasSize(1);
    assertThat(now).isEqualTo(begun.plus(Duration.ofDays(1)));
  }

  @Test
  void one_that_is_gone_is_switched_off_at_once() {
    written = 2;
    answers.add(410);

    serve();

    assertThat(switchedOff).containsExactly("the endpoint answers 410 (Gone)");
    assertThat(sent).hasSize(1);
    assertThat(pauses).isEmpty();
  }

  @Test
  void one_whose_place_is_not_known_any_more_is_told_so_once() {
    written = 2;
    now = now.plus(Duration.ofHours(1));

    serve();
    written = 3;
    serve();

    assertThat(sent).hasSize(2);
    assertThat(sent.getFirst())
        .contains("\"type\":\"gap\"", "place-unknown", "\"id\":\"e0\"", "\"id\":\"e1\"");
    assertThat(sent.getLast()).isEqualTo(batch(2));
  }
}
