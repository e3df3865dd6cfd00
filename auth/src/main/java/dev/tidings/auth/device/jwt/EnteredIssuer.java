package dev.tidings.auth.device.jwt;

import dev.tidings.auth.Apps;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import java.util.Optional;

/** An issuer that an administrator has entered, until its entry changes or is deleted. */
final class EnteredIssuer implements DeviceIssuer {
  private final String name;
  private final Entry entry;
  private final Apps apps;
  private volatile boolean ended;

  EnteredIssuer(String name, Entry entry, IssuerDirectory directory) {
    this.name = name;
    this.entry = entry;
    this.apps = Apps.where(app -> !ended && isAllowed(app, directory));
  }

  /** The team's apps as they are now: one may be added, or removed, while a device is connected. */
  private boolean isAllowed(String app, IssuerDirectory directory) {
    return entry.apps().map(those -> those.contains(app)).orElse(true)
        && directory.team(app).filter(entry.team()::equals).isPresent();
  }

  Entry entry() {
    return entry;
  }

  /** Its devices are refused from now on. */
  void end() {
    ended = true;
  }

  @Override
  public Optional<String> name() {
    return Optional.of(name);
  }

  @Override
  public boolean isInForce() {
    return !ended;
  }

  @Override
  public Apps apps() {
    return apps;
  }
}
