package dev.tidings.ingest.rest;

import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.NotificationId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The caller against whose share a request counts. A node that asks another sends the original
 * caller, under a seal; otherwise all callers of that node would share one limit. Thread-safe.
 */
final class Caller {
  private static final int HEX = 16;

  private final NodeSeal seal;

  Caller(NodeSeal seal) {
    this.seal = seal;
  }

  /** Returns the header for another node: 16 hexadecimal digits and the seal. */
  String tell(long caller, NotificationId id) {
    String number = "%016x".formatted(caller);
    return number + seal.of(text(number, id));
  }

  /**
   * Returns the caller in a node's header; empty if the header was not written by one of our nodes.
   *
   * @param told the header; null if absent
   */
  Optional<Long> told(@Nullable String told, NotificationId id) {
    if (told == null || told.length() <= HEX) {
      return Optional.empty();
    }
    String number = told.substring(0, HEX);
    return seal.isOf(text(number, id), told.substring(HEX))
        ? Optional.of(Long.parseUnsignedLong(number, HEX))
        : Optional.empty();
  }

  private static String text(String number, NotificationId id) {
    return number + " asks for " + id.value();
  }
}
