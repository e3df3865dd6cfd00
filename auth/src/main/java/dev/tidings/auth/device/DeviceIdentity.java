package dev.tidings.auth.device;

import dev.tidings.auth.Apps;
import java.time.Instant;
import java.util.Optional;

/**
 * A device that has proved who it is.
 *
 * @param serial its serial number: the only inbox that it may read
 * @param user the user that the credential names
 * @param apps that the credential allows it to register and receive for
 * @param expires when the session ends unless it is proved anew; {@link Instant#MAX} for never
 * @param issuer who vouches for it; the session ends too when it does not any more
 */
public record DeviceIdentity(
    String serial, Optional<String> user, Apps apps, Instant expires, DeviceIssuer issuer) {

  /** A device whose issuer cannot end. */
  public DeviceIdentity(String serial, Optional<String> user, Apps apps, Instant expires) {
    this(serial, user, apps, expires, DeviceIssuer.LASTING);
  }

  /** Returns the apps that both the credential and its issuer allow. */
  public Apps allowedApps() {
    Apps ofIssuer = issuer.apps();
    if (ofIssuer.equals(Apps.ALL)) {
      return apps;
    }
    return apps.equals(Apps.ALL)
        ? ofIssuer
        : Apps.where(app -> apps.contains(app) && ofIssuer.contains(app));
  }

  /** Returns the same device, as another one vouches for it. */
  public DeviceIdentity issuedBy(DeviceIssuer other) {
    return new DeviceIdentity(serial, user, apps, expires, other);
  }
}
