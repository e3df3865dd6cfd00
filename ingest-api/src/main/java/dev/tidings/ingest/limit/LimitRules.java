package dev.tidings.ingest.limit;

import dev.tidings.net.limit.Rate;
import org.jspecify.annotations.Nullable;

/**
 * The rates at which each may send; null for no limit. Asked at each request: answers from memory.
 * Thread-safe.
 */
public interface LimitRules {
  @Nullable Rate team(String id);

  @Nullable Rate app(String id);

  /** The same for every credential. */
  @Nullable Rate key();

  /** The same for every device token. */
  @Nullable Rate token();

  /** The same for every address. */
  @Nullable Rate address();

  /** The same for all of a kind; null for no limit. */
  record Fixed(
      @Nullable Rate ofTeam,
      @Nullable Rate ofApp,
      @Nullable Rate key,
      @Nullable Rate token,
      @Nullable Rate address)
      implements LimitRules {
    /** No limits. */
    public static final Fixed NONE = new Fixed(null, null, null, null, null);

    @Override
    public @Nullable Rate team(String id) {
      return ofTeam;
    }

    @Override
    public @Nullable Rate app(String id) {
      return ofApp;
    }
  }
}
