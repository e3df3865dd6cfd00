package dev.tidings.streams;

import dev.tidings.control.LimitEntries;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Category;
import dev.tidings.streams.cap.CapRule;
import dev.tidings.streams.cap.CapRules;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The daily caps in the topic {@code control}. The entries are read again when they have changed,
 * and not for each notification; while they are forgotten and read anew, what was known counts.
 */
final class ControlledCaps implements CapRules {
  private static final char END_OF_APP = '/';

  private final LongSupplier version;
  private final BooleanSupplier complete;
  private final Supplier<? extends Map<String, DailyCap>> entries;
  private volatile Known known = new Known(-1, Map.of());

  /** What the entries were at a version, by app and category. */
  private record Known(long version, Map<String, Map<String, CapRule>> apps) {}

  /**
   * @param version changes after the entries have changed
   * @param complete whether all entries are known
   * @param entries by their names ({@link LimitEntries#ofCap})
   */
  ControlledCaps(
      LongSupplier version,
      BooleanSupplier complete,
      Supplier<? extends Map<String, DailyCap>> entries) {
    this.version = version;
    this.complete = complete;
    this.entries = entries;
  }

  @Override
  public @Nullable CapRule of(AppId app, @Nullable String category) {
    @Nullable Map<String, CapRule> ofApp = current().apps().get(app.value());
    return ofApp == null ? null : ofApp.get(category == null ? Category.NONE : category);
  }

  private Known current() {
    Known current = known;
    // Asked before the entries: what changes meanwhile changes the version once more.
    long now = version.getAsLong();
    if (current.version() != now && complete.getAsBoolean()) {
      Known read = read(now);
      // Asked again behind it: the entries may have been forgotten while they were read.
      if (complete.getAsBoolean()) {
        current = read;
        known = read;
      }
    }
    return current;
  }

  private Known read(long at) {
    Map<String, Map<String, CapRule>> apps = new HashMap<>();
    entries
        .get()
        .forEach((name, entry) -> {
          int end = name.indexOf(END_OF_APP);
          Optional<CapRule> rule = rule(entry);
          if (end > 0 && rule.isPresent()) {
            apps.computeIfAbsent(name.substring(0, end), _ -> new HashMap<>())
                .put(name.substring(end + 1), rule.get());
          }
        });
    return new Known(at, apps);
  }

  /** One that makes no sense counts for nothing: somebody else has written it. */
  private static Optional<CapRule> rule(DailyCap entry) {
    Optional<ZoneId> zone = LimitEntries.zone(entry.getTimeZone());
    return entry.getPerDay() < 1 || entry.getPerDay() > LimitEntries.MAX_PER_DAY
        ? Optional.empty()
        : zone.map(in -> new CapRule(entry.getPerDay(), in));
  }
}
