package dev.tidings.auth.device;

import dev.tidings.auth.Apps;
import java.time.Instant;
import java.util.Optional;

/**
 * A device that has proved who it is.
 *
 * @param serial its serial number: the only inbox that it may read
 * @param user the user that the credential names
 * @param apps that it may register and receive for
 * @param expires when the session ends unless it is proved anew; {@link Instant#MAX} for never
 */
public record DeviceIdentity(String serial, Optional<String> user, Apps apps, Instant expires) {}
