package dev.tidings.auth;

import java.util.Set;
import java.util.function.Predicate;

/** The apps that an identity may act for. */
public sealed interface Apps {
  /** Every app, also one that does not exist yet. */
  Apps ALL = new All();

  /** No app. */
  Apps NONE = of(Set.of());

  /**
   * These apps alone.
   *
   * @param names bundle ids, as in a notification's {@code app}
   */
  static Apps of(Set<String> names) {
    return new Named(Set.copyOf(names));
  }

  /**
   * Those that a rule holds for at the moment.
   *
   * @param rule thread-safe, and answers from memory
   */
  static Apps where(Predicate<String> rule) {
    return new Matching(rule);
  }

  /** Whether the app is one of them. */
  boolean contains(String app);

  /** Every app. */
  record All() implements Apps {
    @Override
    public boolean contains(String app) {
      return true;
    }
  }

  /** Apps by name. */
  record Named(Set<String> names) implements Apps {
    @Override
    public boolean contains(String app) {
      return names.contains(app);
    }
  }

  /** Apps for which a rule holds. */
  record Matching(Predicate<String> rule) implements Apps {
    @Override
    public boolean contains(String app) {
      return rule.test(app);
    }
  }
}
