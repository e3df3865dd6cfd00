package dev.tidings.auth.device.jwt;

import dev.tidings.auth.device.IssuerEntry;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the issuers that administrators enter. One that is deleted, or whose entry changes, ends,
 * and those of its devices that are connected with it. Looked up from any thread; followed by one.
 */
final class EnteredIssuers {
  private static final Logger log = LoggerFactory.getLogger(EnteredIssuers.class);

  /** Each has its keys in memory. */
  static final int MOST = 1_000;

  /** An issuer with its keys. */
  private record One(EnteredIssuer issuer, KnownIssuer known) {}

  private final IssuerDirectory directory;
  private final Optional<String> audience;
  private final InstantSource clock;
  private final BiFunction<String, Entry, IssuerKeys> keys;

  private volatile Map<String, One> all = Map.of();
  private volatile boolean followed;
  private long version;

  /**
   * @param audience that tokens have to name where an entry does not say
   * @param keys makes the keys of an issuer
   */
  EnteredIssuers(
      IssuerDirectory directory,
      Optional<String> audience,
      InstantSource clock,
      BiFunction<String, Entry, IssuerKeys> keys) {
    this.directory = directory;
    this.audience = audience;
    this.clock = clock;
    this.keys = keys;
  }

  /** Returns whether one that is not found has not been entered. */
  boolean isComplete() {
    return followed && directory.isComplete();
  }

  Optional<KnownIssuer> find(String name) {
    return Optional.ofNullable(all.get(name)).map(One::known);
  }

  /**
   * Returns the issuer of whom another node says that it has accepted a device's token; empty if
   * its entry is not known here, though another one of the same name may be.
   */
  Optional<EnteredIssuer> of(IssuerEntry entry) {
    return Optional.ofNullable(all.get(entry.name()))
        .map(One::issuer)
        .filter(issuer -> issuer.entry().equals(Optional.of(entry)));
  }

  Collection<KnownIssuer> all() {
    return all.values().stream().map(One::known).toList();
  }

  /**
   * Looks whether entries have changed. Entries that are being read anew do not count as deleted:
   * what was known stays until all are known again.
   *
   * @return whether devices that are connected are to be looked at: an issuer has ended, or vouches
   *     for other apps than before
   */
  boolean follow() {
    long now = directory.version();
    if ((followed && now == version) || !directory.isComplete()) {
      return false;
    }
    Map<String, Entry> entries = bounded(directory.issuers());
    Map<String, Set<String>> apps = directory.appsByTeam();
    // Of entries that were being forgotten meanwhile, some may have been missing.
    if (!directory.isComplete() || directory.version() != now) {
      return false;
    }
    List<One> over = replace(entries, apps);
    boolean others = lookAt(apps);
    version = now;
    followed = true;
    over.forEach(one -> one.issuer().end());
    return others || !over.isEmpty();
  }

  private boolean lookAt(Map<String, Set<String>> apps) {
    boolean others = false;
    for (One one : all.values()) {
      others |= one.issuer().look(apps.getOrDefault(one.issuer().content().team(), Set.of()));
    }
    return others;
  }

  /** Returns those that are no more. */
  private List<One> replace(Map<String, Entry> entries, Map<String, Set<String>> apps) {
    Map<String, One> before = all;
    Map<String, One> next = new HashMap<>();
    entries.forEach((name, entry) -> {
      @Nullable One known = before.get(name);
      next.put(
          name,
          known != null && known.issuer().content().equals(entry)
              ? known
              : begin(name, entry, apps));
    });
    List<One> over = new ArrayList<>();
    before.forEach((name, one) -> {
      if (!one.equals(next.get(name))) {
        log.info("issuer {}: {}", name, next.containsKey(name) ? "entered anew" : "deleted");
        over.add(one);
      }
    });
    all = Map.copyOf(next);
    return over;
  }

  private One begin(String name, Entry entry, Map<String, Set<String>> apps) {
    EnteredIssuer issuer = new EnteredIssuer(name, entry, directory);
    boolean _ = issuer.look(apps.getOrDefault(entry.team(), Set.of()));
    log.info("issuer {}: entered, of team {}", name, entry.team());
    return new One(
        issuer,
        new KnownIssuer(
            keys.apply(name, entry),
            new ClaimsCheck(entry.audience().or(() -> audience), clock, issuer)));
  }

  /** Administrators may not enter more; somebody else may have written them. */
  private static Map<String, Entry> bounded(Map<String, Entry> entries) {
    if (entries.size() <= MOST) {
      return entries;
    }
    log.warn("{} issuers are entered, of which {} count", entries.size(), MOST);
    return new TreeMap<>(entries)
        .entrySet().stream()
            .limit(MOST)
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }
}
