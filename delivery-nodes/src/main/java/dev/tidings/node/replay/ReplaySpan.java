package dev.tidings.node.replay;

import org.jspecify.annotations.Nullable;

/**
 * The span of time whose notifications a device wants to be sent again.
 *
 * @param since from where on
 * @param until the time at which it ends, in milliseconds since the epoch, by the log's clock;
 *     {@link #NOW} for what the log has when the replay begins
 * @param app whose notifications; null for all
 */
public record ReplaySpan(Since since, long until, @Nullable String app) {
  /** No end but that of the log. */
  public static final long NOW = Long.MAX_VALUE;

  /** Whether the notifications of an app are wanted. */
  boolean isOf(String other) {
    return app == null || app.equals(other);
  }

  /** Where a span begins. */
  public sealed interface Since {}

  /** At a time, in milliseconds since the epoch: when the log took the record. */
  public record Time(long millis) implements Since {}

  /** At a position that an earlier replay has told: see {@link ReplayCursor}. */
  public record Position(long sequence) implements Since {}
}
