package dev.tidings.node.register;

import dev.tidings.schemas.value.DeviceId;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The recently revoked tokens, for threads that may not read from disk: they identify deliveries
 * that were in progress when the token was revoked. Bounded; earlier revocations follow from the
 * record of the device and app; so do those by other applications, once they are noted there. These
 * are therefore bounded by themselves: however many devices give back their tokens, none of them is
 * displaced. Readable by all threads without waiting.
 */
public final class RevokedTokens {
  private record Found(DeviceId device, String token) {}

  private final int most;

  /** Each with whether it was revoked by the erasure of what is kept of its device. */
  private final Map<String, Boolean> tokens = new ConcurrentHashMap<>();

  /** Those found to be revoked by the record of a device: they are for that device alone. */
  private final Set<Found> found = ConcurrentHashMap.newKeySet();

  private final Queue<Found> oldestFound = new ArrayDeque<>();
  private final Queue<String> oldest = new ArrayDeque<>();
  private final Queue<String> oldestForeign = new ArrayDeque<>();
  private long foreign;

  /**
   * @param most the number of those revoked by their devices, of those revoked by others, and of
   *     those found in the records of devices
   */
  public RevokedTokens(int most) {
    this.most = most;
  }

  /** Returns whether a token, as its characters, was recently revoked. */
  public boolean isRevoked(String token) {
    return !tokens.isEmpty() && tokens.containsKey(token);
  }

  /**
   * Returns whether a token, as its characters, was recently revoked, or found to be no token of
   * this device any more.
   */
  public boolean isRevoked(DeviceId device, String token) {
    return isRevoked(token) || (!found.isEmpty() && found.contains(new Found(device, token)));
  }

  /** Returns whether a token is one of those because what is kept of its device was erased. */
  public boolean isErased(String token) {
    return tokens.getOrDefault(token, false);
  }

  /** A token was given back by its device. */
  public void add(String token) {
    add(token, false, oldest);
  }

  /** A token was revoked by an erasure. */
  public void addErased(String token) {
    add(token, true, oldest);
  }

  /** A token was revoked by another application: no record of its device and app says so. */
  public synchronized void addForeign(String token) {
    add(token, false, oldestForeign);
    foreign++;
  }

  /** Returns how many were revoked by other applications so far. */
  public synchronized long foreign() {
    return foreign;
  }

  /** Returns how many of those are remembered. */
  public int most() {
    return most;
  }

  /** The record of a device says that a token is not one of its own any more. */
  public synchronized void addFound(DeviceId device, String token) {
    Found one = new Found(device, token);
    if (found.add(one)) {
      oldestFound.add(one);
      while (oldestFound.size() > most) {
        found.remove(oldestFound.remove());
      }
    }
  }

  private synchronized void add(String token, boolean erased, Queue<String> to) {
    boolean isNew = !tokens.containsKey(token);
    tokens.merge(token, erased, Boolean::logicalOr);
    if (isNew) {
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
    return tokens.size() + found.size();
  }
}
