package dev.tidings.node.register;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The tokens that were revoked lately, for those who may not look further: a delivery that was on
 * its way then is recognised by them. Bounded; what was revoked earlier follows from the record of
 * its device and app. Read by all, without waiting.
 */
public final class RevokedTokens {
  private final int most;
  private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();
  private final Queue<String> oldest = new ArrayDeque<>();

  public RevokedTokens(int most) {
    this.most = most;
  }

  /** Whether a token, as its characters, is among them. */
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
