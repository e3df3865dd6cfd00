package dev.tidings.schemas.registry.known;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.avro.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids for which a registry gives another schema than it gave before, until it agrees again: it
 * has lost its data, or is another one. Thread-safe.
 */
final class Contradictions {
  private static final Logger LOG = LoggerFactory.getLogger(Contradictions.class);
  private static final int MOST = 100;

  private final String registries;
  private final Map<Integer, String> byId = new ConcurrentSkipListMap<>();
  private volatile String lost = "";

  /**
   * @param registries their URLs, for messages
   */
  Contradictions(String registries) {
    this.registries = registries;
  }

  void add(int id, Schema known, Schema told) {
    if (byId.size() >= MOST && !byId.containsKey(id)) {
      return;
    }
    String what =
        "schema id %d is %s (expected: %s, with which the log was written)"
            .formatted(id, SchemaPrint.of(told), SchemaPrint.of(known));
    if (!what.equals(byId.put(id, what))) {
      LOG.error("schema registry {}: {}; nothing that it says is used", registries, what);
    }
  }

  /** The registry gives the schema of this id as before. */
  void settle(int id) {
    if (byId.remove(id) != null) {
      LOG.info("schema registry {}: schema id {} is as before again", registries, id);
    }
  }

  /** How many ids were asked for of which the registry knows none any more; 0: it knows some. */
  void lost(int ids) {
    String now = ids == 0 ? "" : "none of the %d schema ids that it gave is known".formatted(ids);
    if (!now.equals(lost)) {
      lost = now;
      if (now.isEmpty()) {
        LOG.info("schema registry {}: knows the schema ids again that it gave", registries);
      } else {
        LOG.error("schema registry {}: {}; nothing is registered with it", registries, now);
      }
    }
  }

  boolean isEmpty() {
    return byId.isEmpty() && lost.isEmpty();
  }

  int count() {
    return byId.size() + (lost.isEmpty() ? 0 : 1);
  }

  /** Returns what contradicts what is known, with the registry's URL; empty if nothing does. */
  Optional<String> text() {
    return byId.values().stream()
        .findFirst()
        .map(first -> byId.size() > 1 ? first + ", and other ids" : first)
        .or(() -> Optional.of(lost).filter(what -> !what.isEmpty()))
        .map(what ->
            "schema registry %s: %s: it has lost its data, or is another one"
                .formatted(registries, what));
  }
}
