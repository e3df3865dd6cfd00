package dev.tidings.ingest.limit;

import dev.tidings.net.limit.Rate;
import io.netty.util.AsciiString;
import java.util.Arrays;

/**
 * Which rate a request exceeds. The fields of its answer are {@link LimitFields} and the policy.
 *
 * @param waitNanos after which it may come again
 */
public record Exceeded(LimitKind kind, Rate rate, long waitNanos) {
  private static final AsciiString RATE_LIMIT_POLICY = AsciiString.cached("ratelimit-policy");
  private static final long SECOND = 1_000_000_000L;

  /** Returns the fields of an answer: each name, followed by its value. */
  public AsciiString[] fields() {
    AsciiString[] common = LimitFields.of(kind.text(), retryAfterSeconds());
    AsciiString[] fields = Arrays.copyOf(common, common.length + 2);
    fields[common.length] = RATE_LIMIT_POLICY;
    fields[common.length + 1] =
        new AsciiString(
            LimitFields.quoted(kind.text()) + ";q=" + rate.burst() + ";w=" + rate.seconds());
    return fields;
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
