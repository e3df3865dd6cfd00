package dev.tidings.ingest.admin;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Problem;
import dev.tidings.http.ResponseSource;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * An event stream that ends when the credential it was opened with is good no more: revoked, or
 * over. It is looked at each time the stream is woken, at most once a second.
 */
final class StandingSource implements ResponseSource {
  private static final long BETWEEN_LOOKS = TimeUnit.SECONDS.toNanos(1);

  private final ResponseSource source;
  private final BooleanSupplier standing;
  private final LongSupplier nanoTime;
  private long looked;
  private boolean over;

  StandingSource(ResponseSource source, BooleanSupplier standing, LongSupplier nanoTime) {
    this.source = source;
    this.standing = standing;
    this.nanoTime = nanoTime;
    this.looked = nanoTime.getAsLong();
  }

  @Override
  public void produce(BodyWriter out) {
    if (over) {
      return;
    }
    long now = nanoTime.getAsLong();
    if (now - looked >= BETWEEN_LOOKS) {
      looked = now;
      if (!standing.getAsBoolean()) {
        over = true;
        source.cancelled();
        byte[] why =
            Problem.of(HttpResponseStatus.UNAUTHORIZED, "the credential is not valid any more")
                .response()
                .body();
        String event = "event: end\ndata: " + new String(why, StandardCharsets.UTF_8) + "\n\n";
        out.end(event.getBytes(StandardCharsets.UTF_8));
        return;
      }
    }
    source.produce(out);
  }

  @Override
  public void cancelled() {
    if (!over) {
      over = true;
      source.cancelled();
    }
  }

  @Override
  public void draining(BodyWriter out) {
    if (!over) {
      source.draining(out);
    }
  }

  @Override
  public boolean isEndless() {
    return true;
  }
}
