package dev.tidings.ingest.limit;

import dev.tidings.net.limit.Rate;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;

/**
 * Which limit a request exceeds. The fields of its answer are those of RFC 9110, section 10.2.3,
 * and draft-ietf-httpapi-ratelimit-headers-10.
 *
 * @param waitNanos after which it may come again
 */
public record Exceeded(LimitKind kind, Rate rate, long waitNanos) {
  private static final AsciiString RATE_LIMIT = AsciiString.cached("ratelimit");
  private static final AsciiString RATE_LIMIT_POLICY = AsciiString.cached("ratelimit-policy");
  private static final long SECOND = 1_000_000_000L;

  /** Returns the fields of an answer: each name, followed by its value. */
  public AsciiString[] fields() {
    String name = '"' + kind.text() + '"';
    long seconds = retryAfterSeconds();
    return new AsciiString[] {
      HttpHeaderNames.RETRY_AFTER,
      new AsciiString(Long.toString(seconds)),
      RATE_LIMIT,
      new AsciiString(name + ";r=0;t=" + seconds),
      RATE_LIMIT_POLICY,
      new AsciiString(name + ";q=" + rate.burst() + ";w=" + rate.seconds())
    };
  }

  /** Returns the same for people. */
  public String detail() {
    return "limit: %s (expected: at most %d a second, and %d at once; again in %d s)"
        .formatted(kind.text(), rate.perSecond(), rate.burst(), retryAfterSeconds());
  }

  /** Returns after how many seconds it may come again: at least one. */
  public long retryAfterSeconds() {
    return Math.max(1, (waitNanos + SECOND - 1) / SECOND);
  }
}
