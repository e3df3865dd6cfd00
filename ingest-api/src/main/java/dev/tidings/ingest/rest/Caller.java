package dev.tidings.ingest.rest;

import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.NotificationId;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The caller against whose share a request counts. A node that asks another sends the original
 * caller, under a seal; otherwise all callers of that node would share one limit. In the same way
 * it names the credential that it has checked, which itself stays where it was sent to.
 * Thread-safe.
 */
final class Caller {
  private static final int HEX = 16;
  private static final char SEPARATOR = '.';

  private final NodeSeal seal;
  private final String verb;

  /** The callers who do what the verb says, and by their seals nothing else. */
  Caller(NodeSeal seal, String verb) {
    this.verb = verb;
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

  /** Returns the header for another node that names a credential, and its seal. */
  String tellCredential(String credential, String id) {
    String name =
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(credential.getBytes(StandardCharsets.UTF_8));
    return name + SEPARATOR + seal.of(credentialText(name, id));
  }

  /**
   * Returns the credential that a node has checked; empty if the header was not written by one of
   * our nodes.
   *
   * @param told the header; null if absent
   */
  Optional<String> toldCredential(@Nullable String told, String id) {
    int end = told == null ? -1 : told.indexOf(SEPARATOR);
    if (told == null || end < 0) {
      return Optional.empty();
    }
    String name = told.substring(0, end);
    return seal.isOf(credentialText(name, id), told.substring(end + 1))
        ? Optional.of(new String(Base64.getUrlDecoder().decode(name), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private String credentialText(String name, String id) {
    return "credential " + name + " " + verb + " " + id;
  }

  private static String text(String number, NotificationId id) {
    return number + " asks for " + id.value();
  }
}
