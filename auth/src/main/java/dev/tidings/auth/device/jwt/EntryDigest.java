package dev.tidings.auth.device.jwt;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The digest of an issuer's entry: equal for equal entries, at each node. Each part has its length
 * in front, so that no two entries have the same bytes.
 */
final class EntryDigest {
  private static final int ABSENT = -1;

  private final MessageDigest digest;

  private EntryDigest() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has it", e);
    }
  }

  static String of(Entry entry) {
    EntryDigest made = new EntryDigest();
    made.text(Optional.of(entry.team()));
    made.text(entry.keysUrl());
    made.text(entry.keySet());
    made.text(entry.audience());
    made.number(entry.apps().map(List::size).orElse(ABSENT));
    entry.apps().ifPresent(apps -> apps.forEach(app -> made.text(Optional.of(app))));
    made.digest.update(
        ByteBuffer.allocate(Long.BYTES).putLong(entry.created().toEpochMilli()).flip());
    return Base64.getUrlEncoder().withoutPadding().encodeToString(made.digest.digest());
  }

  private void text(Optional<String> text) {
    if (text.isEmpty()) {
      number(ABSENT);
      return;
    }
    byte[] bytes = text.get().getBytes(UTF_8);
    number(bytes.length);
    digest.update(bytes);
  }

  private void number(int number) {
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
  }
}
