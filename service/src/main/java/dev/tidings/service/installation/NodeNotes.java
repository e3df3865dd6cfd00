package dev.tidings.service.installation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Where delivery nodes say in {@code control} that other processes reach them: a record for each
 * address, renewed while the node runs. Nothing rests on one: whoever asks at an address where
 * there is no node asks at another. Records are taken by one thread; otherwise thread-safe.
 */
public final class NodeNotes {
  /** The prefix of the records' keys; the address follows. */
  static final String PREFIX = "node/";

  /** How often a node says it again. */
  static final Duration SAID_EVERY = Duration.ofMinutes(10);

  /** After this time without being said again it counts no more. */
  static final Duration SAID_FOR = Duration.ofMinutes(30);

  /** Then the record is removed by another node. */
  static final Duration KEPT_FOR = Duration.ofDays(1);

  /** More nodes than an installation has. */
  private static final int MOST = 1_000;

  private static final String AT = "at";

  private final Map<String, Instant> said = new ConcurrentHashMap<>();
  private volatile @Nullable String own;
  private volatile @Nullable String left;

  NodeNotes() {}

  /** This process is a delivery node that serves, and is reached at this address from now on. */
  public void announce(String address) {
    own = address;
  }

  /** This process is about to stop: what it has said is taken back. */
  public void leave() {
    left = own;
    own = null;
  }

  /** Returns whether this process has something to take back. */
  boolean isLeaving() {
    @Nullable String address = left;
    return address != null && said.containsKey(address);
  }

  /**
   * Takes a record.
   *
   * @param name its key
   */
  void take(String name, byte @Nullable [] value) {
    String address = name.substring(PREFIX.length());
    if (value == null) {
      said.remove(address);
    } else if (said.containsKey(address) || said.size() < MOST) {
      said.put(address, Instant.ofEpochMilli(NamedValues.of(value).number(AT).orElse(0L)));
    }
  }

  void clear() {
    said.clear();
  }

  /** Returns the addresses of the delivery nodes, those first that were heard of last. */
  public List<String> addresses(Instant now) {
    return said.entrySet().stream()
        .filter(note -> note.getValue().plus(SAID_FOR).isAfter(now))
        .sorted(Map.Entry.<String, Instant>comparingByValue(Comparator.reverseOrder()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Adds the records that this process has to write; a value of null removes one. */
  void addUnsaid(Map<String, byte @Nullable []> unsaid, Instant now) {
    @Nullable String gone = left;
    if (gone != null && said.containsKey(gone)) {
      unsaid.put(PREFIX + gone, null);
    }
    @Nullable String address = own;
    if (address == null) {
      return;
    }
    said.forEach((other, at) -> {
      if (at.plus(KEPT_FOR).isBefore(now)) {
        unsaid.put(PREFIX + other, null);
      }
    });
    Instant at = said.get(address);
    boolean due =
        at == null
            ? said.size() < MOST
            : !at.plus(SAID_EVERY).isAfter(now) || at.isAfter(now.plus(SAID_EVERY));
    if (due) {
      unsaid.put(PREFIX + address, bytes(now));
    }
  }

  private static byte[] bytes(Instant now) {
    return "%s=%d\n".formatted(AT, now.toEpochMilli()).getBytes(StandardCharsets.UTF_8);
  }
}
