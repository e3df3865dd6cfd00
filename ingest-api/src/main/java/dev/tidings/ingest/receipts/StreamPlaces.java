package dev.tidings.ingest.receipts;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Limits the number of streams at once. Thread-safe. */
final class StreamPlaces {
  private final int max;
  private final int perTeam;
  private final int perAddress;
  private final Map<Object, Integer> teams = new HashMap<>();
  private final Map<Long, Integer> addresses = new HashMap<>();
  private int taken;

  /** What there are too many of. */
  enum Full {
    TEAM("streams of the team"),
    ADDRESS("streams of the address"),
    PROCESS("streams of this node");

    private final String text;

    Full(String text) {
      this.text = text;
    }

    String text() {
      return text;
    }
  }

  StreamPlaces(int max, int perTeam, int perAddress) {
    this.max = max;
    this.perTeam = perTeam;
    this.perAddress = perAddress;
  }

  /**
   * Takes a place.
   *
   * @param owner on whose behalf: a team, or an address where nobody has to prove who he is
   * @return which places are all taken; empty if it has one
   */
  synchronized Optional<Full> take(Object owner, long address) {
    if (taken >= max) {
      return Optional.of(Full.PROCESS);
    }
    if (teams.getOrDefault(owner, 0) >= perTeam) {
      return Optional.of(Full.TEAM);
    }
    if (addresses.getOrDefault(address, 0) >= perAddress) {
      return Optional.of(Full.ADDRESS);
    }
    taken++;
    teams.merge(owner, 1, Integer::sum);
    addresses.merge(address, 1, Integer::sum);
    return Optional.empty();
  }

  synchronized void leave(Object owner, long address) {
    taken--;
    teams.computeIfPresent(owner, (_, count) -> count == 1 ? null : count - 1);
    addresses.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
  }

  synchronized int taken() {
    return taken;
  }
}
