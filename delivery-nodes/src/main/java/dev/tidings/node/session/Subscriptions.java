package dev.tidings.node.session;

import dev.tidings.auth.Apps;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The topic filters a device has subscribed to, which decide the apps whose notifications it
 * receives: {@code tidings/#}, {@code tidings/+/#} and {@code tidings/+/+} cover all apps, {@code
 * tidings/{app}/#} and {@code tidings/{app}/+} cover one. Immutable.
 */
public final class Subscriptions {
  /**
   * The maximum number of filters; more than a device needs, because one filter can cover all its
   * apps.
   */
  public static final int MAX = 256;

  public static final Subscriptions NONE = new Subscriptions(Set.of());

  private static final String PREFIX = "tidings/";
  private static final Set<String> ALL = Set.of("tidings/#", "tidings/+/#", "tidings/+/+");

  private final Set<String> filters;
  private final boolean all;
  private final Set<String> apps;
  private final Apps within;

  private Subscriptions(Set<String> filters) {
    this(filters, Apps.ALL);
  }

  private Subscriptions(Set<String> filters, Apps within) {
    this.filters = filters;
    this.within = within;
    this.all = filters.stream().anyMatch(Subscriptions::isForAllApps);
    Set<String> named = new HashSet<>();
    for (String filter : filters) {
      int end = filter.lastIndexOf('/');
      // A stored session may have been written by another program, so its filters are checked here.
      if (filter.startsWith(PREFIX) && !isForAllApps(filter) && end > PREFIX.length()) {
        named.add(filter.substring(PREFIX.length(), end));
      }
    }
    this.apps = Set.copyOf(named);
  }

  /**
   * Returns these filters in their order, {@link #MAX} at most; an invalid filter has no effect.
   */
  public static Subscriptions of(Collection<String> filters) {
    Set<String> kept = new LinkedHashSet<>();
    for (String filter : filters) {
      if (kept.size() < MAX) {
        kept.add(filter);
      }
    }
    return kept.isEmpty() ? NONE : new Subscriptions(Collections.unmodifiableSet(kept));
  }

  /** Whether a filter matches the topics of all notifications. */
  public static boolean isForAllApps(String filter) {
    return ALL.contains(filter);
  }

  /** Returns the same filters, for the notifications of these apps alone. */
  public Subscriptions within(Apps allowed) {
    return allowed.equals(within) ? this : new Subscriptions(filters, allowed);
  }

  public Set<String> filters() {
    return filters;
  }

  /** Whether the app's notifications are to be pushed. */
  public boolean covers(String app) {
    return (all || apps.contains(app)) && within.contains(app);
  }

  /** Whether the app is named, and not only covered by a filter for all. */
  public boolean names(String app) {
    return apps.contains(app);
  }

  /** Whether no app's notifications are to be pushed. */
  public boolean coverNothing() {
    return !all && apps.isEmpty();
  }

  /** Whether every app that {@code others} covers is also covered by these. */
  public boolean coverAllOf(Subscriptions others) {
    return (within.equals(Apps.ALL) || within.equals(others.within))
        && (all || (!others.all && apps.containsAll(others.apps)));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Subscriptions that
        && filters.equals(that.filters)
        && within.equals(that.within);
  }

  @Override
  public int hashCode() {
    return filters.hashCode();
  }

  @Override
  public String toString() {
    return filters.toString();
  }
}
