package dev.tidings.node.session;

import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * The topic filters a device has subscribed to, and of which apps it takes notifications therefore:
 * {@code tidings/#} is all of them, {@code tidings/{app}/#} and {@code tidings/{app}/+} are one.
 * Immutable.
 */
public final class Subscriptions {
  /** More than a device needs: one filter covers all its apps. */
  public static final int MAX = 256;

  public static final Subscriptions NONE = new Subscriptions(Set.of());

  private static final String PREFIX = "tidings/";
  private static final String ALL = "tidings/#";

  private final Set<String> filters;
  private final boolean all;
  private final Set<String> apps;

  private Subscriptions(Set<String> filters) {
    this.filters = filters;
    this.all = filters.contains(ALL);
    Set<String> named = new HashSet<>();
    for (String filter : filters) {
      int end = filter.lastIndexOf('/');
      // What a kept session has may be somebody else's record.
      if (filter.startsWith(PREFIX) && !filter.equals(ALL) && end > PREFIX.length()) {
        named.add(filter.substring(PREFIX.length(), end));
      }
    }
    this.apps = Set.copyOf(named);
  }

  /** These filters, in their order, and {@link #MAX} at most; what is none is of no effect. */
  public static Subscriptions of(Collection<String> filters) {
    Set<String> kept = new LinkedHashSet<>();
    for (String filter : filters) {
      if (kept.size() < MAX) {
        kept.add(filter);
      }
    }
    return kept.isEmpty() ? NONE : new Subscriptions(Collections.unmodifiableSet(kept));
  }

  public Set<String> filters() {
    return filters;
  }

  /** Whether the app's notifications are to be pushed. */
  public boolean covers(String app) {
    return all || apps.contains(app);
  }

  /** Whether no app's notifications are to be pushed. */
  public boolean coverNothing() {
    return !all && apps.isEmpty();
  }

  /** Whether every app that those cover is covered by these. */
  public boolean coverAllOf(Subscriptions others) {
    return all || (!others.all && apps.containsAll(others.apps));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Subscriptions that && filters.equals(that.filters);
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
