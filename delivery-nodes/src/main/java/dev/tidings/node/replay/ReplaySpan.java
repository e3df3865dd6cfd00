package dev.tidings.node.replay;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The span of time whose notifications are wanted once more.
 *
 * @param since from where on
 * @param until the time at which it ends, in milliseconds since the epoch, by the log's clock;
 *     {@link #NOW} for what the log has when the replay begins
 * @param apps whose notifications; null for all
 */
public record ReplaySpan(Since since, long until, @Nullable Set<String> apps) {
  /** No end but that of the log. */
  public static final long NOW = Long.MAX_VALUE;

  /** What a device has asked for: of one app, or null for all. */
  public static ReplaySpan of(Since since, long until, @Nullable String app) {
    return new ReplaySpan(since, until, app == null ? null : Set.of(app));
  }

  /** Whether the notifications of an app are wanted. */
  public boolean isOf(String app) {
    return apps == null || apps.contains(app);
  }

  /** Where a span begins. */
  public sealed interface Since {}

  /** At a time, in milliseconds since the epoch: when the log took the record. */
  public record Time(long millis) implements Since {}

  /** At a position that an earlier replay has told: see {@link ReplayCursor}. */
  public record Position(long sequence) implements Since {}
}
