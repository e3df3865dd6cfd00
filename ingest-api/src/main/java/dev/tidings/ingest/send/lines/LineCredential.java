package dev.tidings.ingest.send.lines;

import dev.tidings.auth.provider.ProviderDecision;
import dev.tidings.auth.provider.ProviderStanding;
import dev.tidings.ingest.provider.RestRefusals;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendScope;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The credential of a request with many lines, which may go on for hours: it is looked at again
 * once a second while lines come. Confined to one event loop.
 */
final class LineCredential {
  private static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final @Nullable ProviderStanding standing;
  private SendScope scope;
  private long checkedNanos;

  /**
   * Creates one that was accepted just now.
   *
   * @param standing null where nobody has to prove who he is
   */
  LineCredential(SendScope scope, @Nullable ProviderStanding standing, long nowNanos) {
    this.scope = scope;
    this.standing = standing;
    this.checkedNanos = nowNanos;
  }

  /** Returns what may be sent with it, as it was found when it was looked at last. */
  SendScope scope() {
    return scope;
  }

  /** Returns why nothing may be sent with it any more; null if something may. */
  @Nullable Refusal refusal(long nowNanos) {
    if (standing == null || nowNanos - checkedNanos < EVERY_NANOS) {
      return null;
    }
    checkedNanos = nowNanos;
    return switch (standing.decide()) {
      case ProviderDecision.Accepted(var provider) -> {
        scope = new SendScope(provider);
        yield null;
      }
      case ProviderDecision.Refused refused ->
          Refusal.of(RestRefusals.status(refused), refused.detail(), null);
    };
  }
}
