package dev.tidings.schemas.registry.known;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;

/**
 * What tells schemas apart by the bytes that are written with them: names, types and order of the
 * fields. Documentation, defaults and aliases do not count: a registry may store them otherwise.
 */
final class SchemaPrint {
  private static final int SHOWN = 12;

  private SchemaPrint() {}

  /** Returns whether what is written with the one is read with the other as it was meant. */
  static boolean isSame(Schema one, Schema other) {
    return one.equals(other) || form(one).equals(form(other));
  }

  /** Returns a schema's name and the beginning of its fingerprint, for messages. */
  static String of(Schema schema) {
    return schema.getFullName() + " (" + digest(form(schema)).substring(0, SHOWN) + ")";
  }

  private static String form(Schema schema) {
    try {
      return SchemaNormalization.toParsingForm(schema);
    } catch (StackOverflowError e) {
      // Nested more deeply than anybody writes: told apart by its text.
      return schema.getFullName();
    }
  }

  static String digest(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }
}
