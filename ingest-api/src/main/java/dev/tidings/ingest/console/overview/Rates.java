package dev.tidings.ingest.console.overview;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * How many a second.
 *
 * @param accepted records of {@code notifications}; null if the log has not answered
 * @param pushed to devices' connections
 */
record Rates(
    @Nullable Double accepted, double pushed, double confirmed, double parked, double replayed) {
  static Rates between(Sample before, Sample now) {
    double seconds = (now.nanos() - before.nanos()) / (double) TimeUnit.SECONDS.toNanos(1);
    return new Rates(
        now.log().isEmpty() || before.log().isEmpty()
            ? null
            : Math.max(0, now.log().get().accepted() - before.log().get().accepted()) / seconds,
        now.growth(before, "deliveries.pushed") / seconds,
        now.growth(before, "deliveries.confirmed") / seconds,
        now.growth(before, "deliveries.parked") / seconds,
        now.growth(before, "deliveries.replayed") / seconds);
  }
}
