package dev.tidings.node.register;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The recently revoked tokens, for threads that may not read from disk: they identify deliveries
 * that were in progress when the token was revoked. Bounded; earlier revocations follow from the
 * record of the device and app. Readable by all threads without waiting.
 */
public final class RevokedTokens {
  private final int most;
  private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();
  private final Queue<String> oldest = new ArrayDeque<>();

  public RevokedTokens(int most) {
    this.most = most;
  }

  /** Returns whether a token, as its characters, was recently revoked. */
  public boolean isRevoked(String token) {
    return !tokens.isEmpty() && tokens.containsKey(token);
  }

  public synchronized void add(String token) {
    if (tokens.putIfAbsent(token, true) == null) {
      oldest.add(token);
      while (oldest.size() > most) {
        @Nullable String gone = oldest.poll();
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
