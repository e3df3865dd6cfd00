package dev.tidings.net.tls;

import java.util.Arrays;

/**
 * The contents of the files of a listener's TLS at one moment; no authorities are an empty array.
 */
record TlsContents(byte[] certificate, byte[] key, byte[] authorities) {

  boolean isSameAs(TlsContents other) {
    return Arrays.equals(certificate, other.certificate)
        && Arrays.equals(key, other.key)
        && Arrays.equals(authorities, other.authorities);
  }

  /** Shows nothing of the key. */
  @Override
  public String toString() {
    return "TlsContents";
  }
}
