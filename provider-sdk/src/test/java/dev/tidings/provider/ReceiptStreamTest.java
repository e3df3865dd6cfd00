package dev.tidings.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ReceiptStreamTest {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Each is the body of a connection; a null is a service that is away. */
  private final Queue<String> bodies = new ConcurrentLinkedQueue<>();

  private final List<ReceiptStart> asked = new CopyOnWriteArrayList<>();

  private InputStream open(ReceiptStart start) throws IOException {
    asked.add(start);
    String body = bodies.poll();
    if (body == null) {
      throw new NotAuthorizedException("http://here", 401, "no key");
    }
    if (body.isEmpty()) {
      throw new TryLaterException("away", Optional.empty());
    }
    return new ByteArrayInputStream(body.getBytes(UTF_8));
  }

  private List<ReceiptEvent> read(int count) throws Exception {
    List<ReceiptEvent> read = new ArrayList<>();
    try (ReceiptStream stream = new ReceiptStream(this::open, new ReceiptStart.Now())) {
      for (int i = 0; i < count; i++) {
        read.add(stream.next(SOON).orElseThrow());
      }
    }
    return read;
  }

  @Test
  void events_are_told_with_their_names_ids_and_data_and_positions_are_not() throws Exception {
    bodies.add(
        """
        : hello
        retry: 1

        event: position
        id: 1
        data: {}

        event: confirmed
        id: 2
        data: {"id":
        data:"n"}

        event:token-gone
        id:3
        data:{"at":"новость"}

        """);

    assertThat(read(2))
        .containsExactly(
            new ReceiptEvent("confirmed", "2", "{\"id\":\n\"n\"}"),
            new ReceiptEvent("token-gone", "3", "{\"at\":\"новость\"}"));
  }

  @Test
  void it_goes_on_behind_the_last_event_or_position_however_a_connection_ended() throws Exception {
    bodies.add(
        "retry: 1\n\nevent: confirmed\nid: 1\ndata: {}\n\nevent: expired\nid: 2\ndata: {\"cut");
    bodies.add("retry: 1\n\nevent: position\nid: 5\ndata: {}\n\nevent: end\ndata: {}\n\n");
    bodies.add("retry: 1\n\nevent: confirmed\nid: 6\ndata: {}\n\n");

    assertThat(read(2)).extracting(ReceiptEvent::id).containsExactly("1", "6");
    assertThat(asked.subList(0, 3))
        .containsExactly(
            new ReceiptStart.Now(), new ReceiptStart.After("1"), new ReceiptStart.After("5"));
  }

  @Test
  void a_service_that_is_away_is_asked_again_and_one_that_refuses_is_not() throws Exception {
    bodies.add("");
    bodies.add("retry: 1\n\nevent: confirmed\nid: 1\ndata: {}\n\n");

    try (ReceiptStream stream = new ReceiptStream(this::open, new ReceiptStart.Now())) {
      assertThat(stream.next(SOON)).isPresent();
      assertThatThrownBy(() -> stream.next(SOON)).isInstanceOf(NotAuthorizedException.class);
      assertThat(asked).hasSize(3);
    }
  }

  @Test
  void a_stream_that_cannot_go_on_says_so_each_time() throws Exception {
    IllegalStateException broken = new IllegalStateException("no token can be had");
    ReceiptStream.Source source =
        start -> {
          throw broken;
        };
    try (ReceiptStream stream = new ReceiptStream(source, new ReceiptStart.Now())) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> stream.next(SOON))
            .isInstanceOf(IOException.class)
            .hasMessage("the stream of receipts has failed")
            .hasCause(broken);
      }
    }
  }

  @Test
  void a_service_that_says_when_to_come_again_is_left_alone_until_then() throws Exception {
    Queue<Long> times = new ConcurrentLinkedQueue<>();
    ReceiptStream.Source source =
        start -> {
          times.add(System.nanoTime());
          if (times.size() == 1) {
            throw new TryLaterException("too many", Optional.of(Duration.ofSeconds(6)));
          }
          throw new NotAuthorizedException("http://here", 401, "no key");
        };
    try (ReceiptStream stream = new ReceiptStream(source, new ReceiptStart.Now())) {
      assertThatThrownBy(() -> stream.next(SOON)).isInstanceOf(NotAuthorizedException.class);
    }
    long first = times.remove();
    assertThat(Duration.ofNanos(times.remove() - first))
        .isGreaterThanOrEqualTo(Duration.ofSeconds(6));
  }

  @Test
  void where_a_stream_begins_is_said_in_its_path() {
    assertThat(new ReceiptStart.Now().path("a b")).isEqualTo("/v1/receipts?app=a+b");
    assertThat(new ReceiptStart.After("x+/=").path("a"))
        .isEqualTo("/v1/receipts?app=a&after=x%2B%2F%3D");
    assertThat(new ReceiptStart.Since(Instant.EPOCH).path("a"))
        .isEqualTo("/v1/receipts?app=a&since=1970-01-01T00%3A00%3A00Z");
  }
}
