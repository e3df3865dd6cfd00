package dev.tidings.http.body;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Divides memory among those who send, however many requests each has: none gets more than is left
 * to the others then. So one alone gets half of it, and whoever comes next finds some. Thread-safe.
 */
public final class SharedMemory {
  /** What of the rest of its owner one request may have more, at most. */
  private static final int OF_THE_REST = 8;

  private final BodyMemory all;
  private final ConcurrentMap<Object, Owner> owners = new ConcurrentHashMap<>();

  public SharedMemory(BodyMemory all) {
    this.all = all;
  }

  /**
   * Begins the part of one request.
   *
   * @param owner the same, and equal, for all requests of one who sends
   */
  public Part open(Object owner) {
    Owner found =
        owners.compute(
            owner,
            (key, known) -> {
              Owner of = known == null ? new Owner(key) : known;
              of.parts++;
              return of;
            });
    return new Part(found);
  }

  /** Returns how many have requests. */
  public int owners() {
    return owners.size();
  }

  private void leave(Owner owner) {
    owners.compute(owner.key, (_, known) -> --owner.parts == 0 ? null : known);
  }

  /** One who sends. */
  private final class Owner {
    private final Object key;
    // Within the map's own lock for the key.
    private int parts;
    private long taken;

    private Owner(Object key) {
      this.key = key;
    }

    private synchronized boolean take(int bytes) {
      if (bytes > left() || !all.take(bytes)) {
        return false;
      }
      taken += bytes;
      return true;
    }

    private synchronized void give(int bytes) {
      taken -= bytes;
      all.give(bytes);
    }

    /** Returns how many bytes it may have more. */
    private synchronized long left() {
      return (all.max() - all.taken() - taken) / 2;
    }
  }

  /** What one request has taken. Confined to one event loop. */
  public final class Part {
    private final Owner owner;
    private long taken;
    private boolean closed;

    private Part(Owner owner) {
      this.owner = owner;
    }

    /** Takes some; false if there is not so much for its owner. */
    public boolean take(int bytes) {
      if (closed || !owner.take(bytes)) {
        return false;
      }
      taken += bytes;
      return true;
    }

    /**
     * Takes some of what it could do without: no more than leaves some to the other requests of its
     * owner.
     */
    public boolean takeMore(int bytes) {
      return taken + bytes <= owner.left() / OF_THE_REST && take(bytes);
    }

    /** Gives some back. */
    public void give(int bytes) {
      if (!closed) {
        taken -= bytes;
        owner.give(bytes);
      }
    }

    /** Gives everything back, for good. Idempotent. */
    public void close() {
      if (!closed) {
        owner.give(Math.toIntExact(taken));
        taken = 0;
        closed = true;
        leave(owner);
      }
    }

    /** Returns how many bytes it has. */
    public long taken() {
      return taken;
    }
  }
}
