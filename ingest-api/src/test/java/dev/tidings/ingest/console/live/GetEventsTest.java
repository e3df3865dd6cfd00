package dev.tidings.ingest.console.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.ResponseSource;
import dev.tidings.http.StreamingResponse;
import dev.tidings.ingest.testing.Visitor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Shows G241 of docs/guarantees.md. */
@Timeout(120)
class GetEventsTest {
  private final AtomicInteger made = new AtomicInteger();
  private final AtomicLong nanos = new AtomicLong();
  private final OverviewFeed feed =
      new OverviewFeed(
          () -> ("{\"n\":" + made.incrementAndGet() + "}").getBytes(StandardCharsets.US_ASCII));
  private final GetEvents events = new GetEvents(feed, nanos::get);

  @AfterEach
  void close() {
    feed.close();
  }

  private Response ask() {
    Visitor visitor = new Visitor();
    events.serve(Request.of("GET", "/v1/admin/events", List.of()), visitor);
    return visitor.response.join();
  }

  private ResponseSource open() {
    return ((StreamingResponse) ask()).source();
  }

  /** Takes what is written, when the test has it taken. */
  private static final class Client implements BodyWriter {
    private final ResponseSource source;
    private final StringBuilder text = new StringBuilder();
    private volatile boolean full;

    Client(ResponseSource source) {
      this.source = source;
    }

    synchronized String read() {
      source.produce(this);
      return text.toString();
    }

    @Override
    public boolean isWritable() {
      return !full;
    }

    @Override
    public boolean write(byte[] part) {
      text.append(new String(part, StandardCharsets.US_ASCII));
      return isWritable();
    }

    @Override
    public void end() {
      throw new AssertionError();
    }

    @Override
    public void end(byte[] last) {
      text.append(new String(last, StandardCharsets.US_ASCII));
    }

    @Override
    public void wake() {
      // The test reads when it likes.
    }
  }

  @Test
  void nobody_is_asked_for_anything_before_somebody_looks_nor_after_all_have_left() {
    ResponseSource source = open();
    assertThat(made).hasValue(0);

    Client client = new Client(source);
    await().untilAsserted(() -> assertThat(client.read()).contains("event: overview\nid: 1\n"));
    source.cancelled();

    // The next second finds that nobody looks; the one that was being made then is the last.
    await().untilAsserted(() -> assertThat(feed.last()).isNull());
    int before = made.get();
    Client next = new Client(open());
    await()
        .untilAsserted(
            () -> assertThat(next.read()).contains("data: {\"n\":" + (before + 1) + "}"));
  }

  @Test
  void one_that_reads_slowly_gets_the_newest_and_not_all() {
    Client client = new Client(open());
    assertThat(client.read()).startsWith("retry: ");
    await().untilAsserted(() -> assertThat(client.read()).contains("data: {\"n\":1}\n\n"));
    client.full = true;
    await().untilAsserted(() -> assertThat(made).hasValueGreaterThan(4));
    client.read();
    await().untilAsserted(() -> assertThat(made).hasValueGreaterThan(6));
    client.full = false;
    client.text.setLength(0);

    String text = client.read();

    // That which it was being told, and the newest.
    assertThat(text.split("event: overview", -1).length - 1).isBetween(1, 2);
    assertThat(text).doesNotContain("{\"n\":2}");
  }

  @Test
  void so_many_streams_an_address_may_have_and_one_that_ends_makes_room() {
    List<ResponseSource> open = new ArrayList<>();
    for (int i = 0; i < GetEvents.PER_ADDRESS; i++) {
      open.add(open());
    }

    assertThat(ask().status().code()).isEqualTo(429);
    open.getFirst().cancelled();
    open.getFirst().cancelled();
    assertThat(ask().status().code()).isEqualTo(200);
    assertThat(ask().status().code()).isEqualTo(429);
  }

  @Test
  void a_service_that_stops_says_so_and_the_stream_is_over() {
    ResponseSource source = open();
    Client client = new Client(source);
    client.read();

    source.draining(client);

    assertThat(client.text.toString()).contains("event: end\ndata: {").contains("503");
    assertThat(source.isEndless()).isTrue();
  }
}
