package dev.tidings.node.register;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The recently revoked tokens, for threads that may not read from disk: they identify deliveries
 * that were in progress when the token was revoked. Bounded; earlier revocations follow from the
 * record of the device and app, except those by other applications. These are therefore bounded by
 * themselves: however many devices give back their tokens, none of them is displaced. Readable by
 * all threads without waiting.
 */
public final class RevokedTokens {
  private final int most;
  private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();
  private final Queue<String> oldest = new ArrayDeque<>();
  private final Queue<String> oldestForeign = new ArrayDeque<>();

  /**
   * @param most the number of those revoked by their devices; and of those revoked by others
   */
  public RevokedTokens(int most) {
    this.most = most;
  }

  /** Returns whether a token, as its characters, was recently revoked. */
  public boolean isRevoked(String token) {
    return !tokens.isEmpty() && tokens.containsKey(token);
  }

  /** A token was given back by its device. */
  public void add(String token) {
    add(token, oldest);
  }

  /** A token was revoked by another application: no record of its device and app says so. */
  public void addForeign(String token) {
    add(token, oldestForeign);
  }

  private synchronized void add(String token, Queue<String> to) {
    if (tokens.putIfAbsent(token, true) == null) {
      to.add(token);
      while (to.size() > most) {
        @Nullable String gone = to.poll();
        if (gone != null) {
          tokens.remove(gone);
        }
      }
    }
  }

  public int size() {
    return tokens.size();
  }
}
