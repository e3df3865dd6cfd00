package dev.tidings.auth.device;

import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The credentials that a device sent in its CONNECT.
 *
 * @param serial the client id of its CONNECT
 * @param userName of its CONNECT, if it has one
 * @param password of its CONNECT, or the Authentication Data of its CONNECT or AUTH, if it has one;
 *     not copied, and not to be kept or changed
 * @param certificates that it proved in the TLS handshake, its own first; none without TLS
 */
public record DeviceCredentials(
    String serial,
    @Nullable String userName,
    byte @Nullable [] password,
    List<X509Certificate> certificates) {

  /** Says which credentials there are, without any secret. */
  @Override
  public String toString() {
    return "DeviceCredentials[serial="
        + serial
        + ", password: "
        + (password != null)
        + ", certificates: "
        + certificates.size()
        + "]";
  }
}
