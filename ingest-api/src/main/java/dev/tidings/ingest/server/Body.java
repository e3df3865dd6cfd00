package dev.tidings.ingest.server;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpObject;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * Gathers the body of a request up to a limit; what comes beyond it is dropped as it arrives. A
 * client that sends a little too much is heard out, for many don't read an answer that comes in the
 * midst of it; one that goes on and on gets its answer, and then its stream is reset. For one event
 * loop.
 */
final class Body implements Subscriber<HttpObject> {
  private static final byte[] NOTHING = {};
  private static final int HEARD_OUT_BYTES = 64 * 1024;

  /** Who is told how it went, once. */
  interface Taker {
    /** All of it is there. */
    void complete(byte[] body);

    /** It is longer than it may be. */
    void tooLarge();

    /** The client went away, or took too long. */
    void aborted();
  }

  private final int limit;
  private final Taker taker;
  private byte[] bytes = NOTHING;
  private long arrived;
  private boolean told;

  Body(int limit, Taker taker) {
    this.limit = limit;
    this.taker = taker;
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    subscription.request(Long.MAX_VALUE);
  }

  @Override
  public void onNext(HttpObject part) {
    if (part instanceof HttpData data) {
      try (data) {
        take(data);
      }
    }
  }

  private void take(HttpData data) {
    int before = bytes.length;
    arrived += data.length();
    if (arrived > limit) {
      bytes = NOTHING;
      if (arrived > HEARD_OUT_BYTES) {
        tell();
      }
    } else if (before == 0) {
      // Nearly always the only part: its copy out of the pooled buffer is what goes to the log.
      bytes = data.array();
    } else {
      bytes = Arrays.copyOf(bytes, before + data.length());
      System.arraycopy(data.array(), 0, bytes, before, data.length());
    }
  }

  @Override
  public void onComplete() {
    tell();
  }

  private void tell() {
    if (told) {
      return;
    }
    told = true;
    if (arrived > limit) {
      taker.tooLarge();
    } else {
      taker.complete(bytes);
    }
  }

  @Override
  public void onError(@Nullable Throwable cause) {
    if (!told) {
      told = true;
      taker.aborted();
    }
  }
}
