package dev.tidings.auth.jose;

import java.util.Arrays;

/**
 * The two spellings of an ECDSA signature with P-256: JWS has r and s in 32 bytes each (RFC 7518);
 * X.509, and so most libraries for cryptography, a DER sequence of two integers.
 */
final class EcdsaSignature {
  private static final int NUMBER_BYTES = 32;
  private static final int SEQUENCE = 0x30;
  private static final int INTEGER = 0x02;

  /**
   * Returns the spelling of JWS; anything else than a strict DER sequence is returned unchanged.
   */
  static byte[] raw(byte[] signature) {
    if (signature.length == 2 * NUMBER_BYTES
        || signature.length < 2
        || signature[0] != SEQUENCE
        || signature[1] != signature.length - 2) {
      return signature;
    }
    byte[] raw = new byte[2 * NUMBER_BYTES];
    int second = number(signature, 2, raw, 0);
    int end = second < 0 ? second : number(signature, second, raw, NUMBER_BYTES);
    return end == signature.length ? raw : signature;
  }

  /** Copies an integer; returns where it ends, or a negative number if it is malformed. */
  private static int number(byte[] from, int at, byte[] to, int offset) {
    if (at + 2 >= from.length || from[at] != INTEGER) {
      return -1;
    }
    int length = from[at + 1];
    int begin = at + 2;
    int end = begin + length;
    if (length < 1 || end > from.length || from[begin] < 0) {
      return -1;
    }
    if (length > 1 && from[begin] == 0) {
      if (from[begin + 1] >= 0) {
        return -1;
      }
      begin++;
    }
    if (end - begin > NUMBER_BYTES) {
      return -1;
    }
    byte[] digits = Arrays.copyOfRange(from, begin, end);
    System.arraycopy(digits, 0, to, offset + NUMBER_BYTES - digits.length, digits.length);
    return end;
  }

  private EcdsaSignature() {}
}
