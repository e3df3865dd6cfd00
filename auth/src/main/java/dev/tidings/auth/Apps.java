package dev.tidings.auth;

import java.util.Set;

/** The apps that an identity may act for. */
public sealed interface Apps {
  /** Every app, also one that does not exist yet. */
  Apps ALL = new All();

  /**
   * These apps alone.
   *
   * @param names bundle ids, as in a notification's {@code app}
   */
  static Apps of(Set<String> names) {
    return new Named(Set.copyOf(names));
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
}
