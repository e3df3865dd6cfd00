package dev.tidings.ingest.limit;

import dev.tidings.control.LimitEntries;
import dev.tidings.net.limit.Rate;
import dev.tidings.schemas.avro.Limit;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The limits of single teams and apps, as administrators have decided; the settings count for all
 * others. The entries are read again when they have changed, and not at each request.
 */
public final class ControlledLimits implements LimitRules {
  private final LimitRules settings;
  private final LongSupplier version;
  private final Supplier<? extends Map<String, Limit>> entries;
  private volatile Known known = new Known(-1, Map.of(), Map.of());

  /** What the entries were at a version; empty for no limit. */
  private record Known(
      long version, Map<String, Optional<Rate>> teams, Map<String, Optional<Rate>> apps) {}

  /**
   * @param settings count where there is no entry
   * @param version changes after the entries have changed
   * @param entries by their names ({@link LimitEntries})
   */
  public ControlledLimits(
      LimitRules settings, LongSupplier version, Supplier<? extends Map<String, Limit>> entries) {
    this.settings = settings;
    this.version = version;
    this.entries = entries;
  }

  @Override
  public @Nullable Rate team(String id) {
    Optional<Rate> own = current().teams().get(id);
    return own == null ? settings.team(id) : own.orElse(null);
  }

  @Override
  public @Nullable Rate app(String id) {
    Optional<Rate> own = current().apps().get(id);
    return own == null ? settings.app(id) : own.orElse(null);
  }

  @Override
  public @Nullable Rate key() {
    return settings.key();
  }

  @Override
  public @Nullable Rate token() {
    return settings.token();
  }

  @Override
  public @Nullable Rate address() {
    return settings.address();
  }

  private Known current() {
    Known current = known;
    // Asked before the entries: what changes meanwhile changes the version once more.
    long now = version.getAsLong();
    if (current.version() != now) {
      current = read(now);
      known = current;
    }
    return current;
  }

  private Known read(long at) {
    Map<String, Optional<Rate>> teams = new HashMap<>();
    Map<String, Optional<Rate>> apps = new HashMap<>();
    entries
        .get()
        .forEach((name, entry) -> {
          if (!isValid(entry)) {
            return;
          }
          if (name.startsWith(LimitEntries.TEAM)) {
            teams.put(name.substring(LimitEntries.TEAM.length()), rate(entry));
          } else if (name.startsWith(LimitEntries.APP)) {
            apps.put(name.substring(LimitEntries.APP.length()), rate(entry));
          }
        });
    return new Known(at, Map.copyOf(teams), Map.copyOf(apps));
  }

  /** One that makes no sense counts for nothing: somebody else has written it. */
  private static boolean isValid(Limit entry) {
    return entry.getPerSecond() >= 0
        && entry.getPerSecond() <= LimitEntries.MAX_PER_SECOND
        && entry.getSeconds() >= 1
        && entry.getSeconds() <= LimitEntries.MAX_SECONDS;
  }

  private static Optional<Rate> rate(Limit entry) {
    return entry.getPerSecond() == 0
        ? Optional.empty()
        : Optional.of(new Rate(entry.getPerSecond(), entry.getSeconds()));
  }
}
