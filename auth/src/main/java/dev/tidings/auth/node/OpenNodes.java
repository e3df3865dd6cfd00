package dev.tidings.auth.node;

import dev.tidings.auth.Decision;
import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/** Mode {@code open}: whoever reaches the port is a process of the installation. */
public final class OpenNodes implements NodeAuthenticator {
  @Override
  public Decision<NodeIdentity> authenticate(
      InetAddress address, List<X509Certificate> certificates) {
    return new Decision.Accepted<>(new NodeIdentity(address.getHostAddress()));
  }
}
