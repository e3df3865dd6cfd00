package dev.tidings.http.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventOutputTest {
  private final AtomicLong nanos = new AtomicLong();
  private final EventOutput output = new EventOutput(nanos::get);
  private final Client client = new Client();

  /** Has room for so many parts. */
  private static final class Client implements BodyWriter {
    private final List<byte[]> parts = new ArrayList<>();
    private int room = Integer.MAX_VALUE;
    private int woken;

    @Override
    public boolean isWritable() {
      return room > 0;
    }

    @Override
    public boolean write(byte[] part) {
      room--;
      parts.add(part);
      return isWritable();
    }

    @Override
    public void end() {
      throw new AssertionError();
    }

    @Override
    public void end(byte[] last) {
      parts.add(last);
      room = 0;
    }

    @Override
    public void wake() {
      woken++;
    }

    private String text() {
      StringBuilder text = new StringBuilder();
      parts.forEach(part -> text.append(new String(part, UTF_8)));
      return text.toString();
    }
  }

  @Test
  void what_there_is_no_room_for_is_kept_in_order_in_parts_that_may_be_written() {
    output.attach(client);
    client.room = 1;
    String data = "x".repeat(BodyWriter.MAX_PART_BYTES) + "y";

    output.write(new EventText().event("long", "1", data).take());
    assertThat(output.isFlushed()).isFalse();
    output.write(EventText.HEARTBEAT);
    assertThat(client.parts).hasSize(1);
    client.room = 5;
    output.flush();

    assertThat(output.isFlushed()).isTrue();
    assertThat(client.parts)
        .allMatch(part -> part.length > 0 && part.length <= BodyWriter.MAX_PART_BYTES);
    assertThat(client.text()).isEqualTo("event: long\nid: 1\ndata: " + data + "\n\n:\n\n");
  }

  @Test
  void the_end_comes_behind_what_was_not_written_yet() {
    output.attach(client);
    client.room = 0;

    output.write(new EventText().retry(2_000).take());
    output.end(
        new EventText()
            .end(null, Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, "over"))
            .take());

    assertThat(client.text()).startsWith("retry: 2000\n\nevent: end\ndata: {").contains("over");
    assertThat(output.isFlushed()).isTrue();
  }

  @Test
  void it_is_silent_when_nothing_was_written_for_fifteen_seconds() {
    output.attach(client);
    output.write(EventText.HEARTBEAT);

    nanos.addAndGet(TimeUnit.SECONDS.toNanos(15) - 1);
    assertThat(output.isSilent()).isFalse();
    nanos.incrementAndGet();
    assertThat(output.isSilent()).isTrue();
    output.write(EventText.HEARTBEAT);
    assertThat(output.isSilent()).isFalse();
  }

  @Test
  void it_can_be_woken_before_it_has_anybody_to_write_to() {
    output.wake();
    output.attach(client);
    output.wake();

    assertThat(client.woken).isEqualTo(1);
  }
}
