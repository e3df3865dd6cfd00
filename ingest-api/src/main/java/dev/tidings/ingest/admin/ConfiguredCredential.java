package dev.tidings.ingest.admin;

import dev.tidings.control.credential.EntryIds;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An administrator who is there from the beginning, without an entry.
 *
 * @param hash SHA-256 of the whole secret
 */
public record ConfiguredCredential(String id, ByteBuffer hash) {
  /** The form, in words. */
  public static final String FORM =
      "ID:HASH, " + EntryIds.FORM + " and the SHA-256 of tad_ID_… in 64 hexadecimal digits";

  private static final Pattern TEXT = Pattern.compile("([A-Z0-9]{10}):([0-9a-fA-F]{64})");

  /** Reads one; empty if it is of another form. */
  public static Optional<ConfiguredCredential> read(String text) {
    Matcher matcher = TEXT.matcher(text);
    return matcher.matches()
        ? Optional.of(
            new ConfiguredCredential(
                matcher.group(1), ByteBuffer.wrap(HexFormat.of().parseHex(matcher.group(2)))))
        : Optional.empty();
  }
}
