package dev.tidings.auth.provider.certificate;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/**
 * Apple's extension with the topics of a certificate, in DER: a sequence in which each topic is
 * followed by the sequence of its kinds ({@code app}, {@code voip}, {@code complication}). The
 * kinds say nothing that the topic's suffix does not.
 */
final class TopicsExtension {
  static final String OID = "1.2.840.113635.100.6.3.6";

  /** The same list in older certificates; in others of them it is a mark without one. */
  static final String OLDER = "1.2.840.113635.100.6.3.4";

  private static final String NAME = "certificate's topics (extension " + OID + ")";
  private static final int MAX_TOPICS = 100;

  private static final int OCTET_STRING = 0x04;
  private static final int UTF8_STRING = 0x0c;
  private static final int SEQUENCE = 0x30;

  private TopicsExtension() {}

  /**
   * Returns the topics that a certificate lists; empty if it has no list.
   *
   * @throws CertificateException if it has one that cannot be read
   */
  static Optional<Set<String>> of(X509Certificate certificate) throws CertificateException {
    byte[] listed = certificate.getExtensionValue(OID);
    if (listed != null) {
      return Optional.of(read(listed));
    }
    byte[] older = certificate.getExtensionValue(OLDER);
    try {
      return older == null ? Optional.empty() : Optional.of(read(older));
    } catch (CertificateException e) {
      // It is a mark.
      return Optional.empty();
    }
  }

  /**
   * Returns the topics, at least one.
   *
   * @param extension as a certificate has it: an octet string
   */
  static Set<String> read(byte[] extension) throws CertificateException {
    try {
      ByteBuffer whole = ByteBuffer.wrap(extension);
      ByteBuffer value = next(whole, OCTET_STRING);
      ByteBuffer list = next(value, SEQUENCE);
      if (whole.hasRemaining() || value.hasRemaining()) {
        throw new IllegalArgumentException("more after its end");
      }
      Set<String> topics = new LinkedHashSet<>();
      while (list.hasRemaining()) {
        topics.add(StandardCharsets.UTF_8.decode(next(list, UTF8_STRING)).toString());
        next(list, SEQUENCE);
      }
      if (topics.isEmpty() || topics.size() > MAX_TOPICS) {
        throw new IllegalArgumentException(topics.size() + " of them");
      }
      return Collections.unmodifiableSet(topics);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw new CertificateException(
          NAME + ": unreadable (expected: 1 to " + MAX_TOPICS + " topics, each with its kinds)", e);
    }
  }

  /** Takes an element with this tag, and returns its content. */
  private static ByteBuffer next(ByteBuffer in, int tag) {
    int found = in.get() & 0xff;
    if (found != tag) {
      throw new IllegalArgumentException("tag " + found);
    }
    int length = in.get() & 0xff;
    if (length >= 0x80) {
      int bytes = length & 0x7f;
      if (bytes < 1 || bytes > 2) {
        throw new IllegalArgumentException("a length of " + bytes + " bytes");
      }
      length = 0;
      for (int i = 0; i < bytes; i++) {
        length = length << 8 | (in.get() & 0xff);
      }
    }
    if (length > in.remaining()) {
      throw new IllegalArgumentException("length " + length);
    }
    ByteBuffer content = in.slice(in.position(), length);
    in.position(in.position() + length);
    return content;
  }
}
