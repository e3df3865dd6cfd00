package dev.tidings.ingest.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.ResponseSource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Shows G241 of docs/guarantees.md. */
class StandingSourceTest {
  private final List<String> events = new ArrayList<>();
  private boolean good = true;
  private long nanos;
  private final StandingSource source =
      new StandingSource(
          new ResponseSource() {
            @Override
            public void produce(BodyWriter out) {
              events.add("produced");
            }

            @Override
            public void cancelled() {
              events.add("cancelled");
            }

            @Override
            public boolean isEndless() {
              return true;
            }
          },
          () -> good,
          () -> nanos);

  private final BodyWriter out =
      new BodyWriter() {
        @Override
        public boolean isWritable() {
          return true;
        }

        @Override
        public boolean write(byte[] part) {
          return true;
        }

        @Override
        public void end() {
          events.add("end");
        }

        @Override
        public void end(byte[] last) {
          events.add(new String(last, StandardCharsets.UTF_8));
        }

        @Override
        public void wake() {
          // It is called by the test.
        }
      };

  @Test
  void a_stream_ends_once_its_credential_is_revoked_and_says_so() {
    source.produce(out);
    good = false;
    source.produce(out);
    assertThat(events).containsExactly("produced", "produced");

    nanos += TimeUnit.SECONDS.toNanos(1);
    source.produce(out);
    source.produce(out);
    source.cancelled();

    assertThat(events).hasSize(4).endsWith("cancelled", events.getLast());
    assertThat(events.getLast())
        .startsWith("event: end\ndata: {")
        .contains("\"status\":401")
        .endsWith("\n\n");
  }

  @Test
  void a_client_that_leaves_is_told_to_what_it_read() {
    source.cancelled();
    source.cancelled();
    source.produce(out);

    assertThat(events).containsExactly("cancelled");
  }
}
