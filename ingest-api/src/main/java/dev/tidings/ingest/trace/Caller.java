package dev.tidings.ingest.trace;

import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.NotificationId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whose share a question counts against. A node that asks another says for whom, under a seal, or
 * all who ask it would have one share together. Thread-safe.
 */
final class Caller {
  private static final int HEX = 16;

  private final NodeSeal seal;

  Caller(NodeSeal seal) {
    this.seal = seal;
  }

  /** What to tell another node: 16 hexadecimal digits and the seal. */
  String tell(long caller, NotificationId id) {
    String number = "%016x".formatted(caller);
    return number + seal.of(text(number, id));
  }

  /**
   * The one that a node has told of; empty if it was not one of our nodes that did.
   *
   * @param told null if nothing was
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
