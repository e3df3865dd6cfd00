package dev.tidings.auth.device.jwt;

import dev.tidings.auth.Apps;
import dev.tidings.auth.device.DeviceIssuer;
import dev.tidings.auth.device.IssuerEntry;
import dev.tidings.auth.device.jwt.IssuerDirectory.Entry;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** An issuer that an administrator has entered, until its entry changes or is deleted. */
final class EnteredIssuer implements DeviceIssuer {
  private final Entry content;
  private final IssuerEntry entry;
  private final Apps apps;
  private volatile Apps receivable = Apps.NONE;
  private volatile boolean ended;

  EnteredIssuer(String name, Entry content, IssuerDirectory directory) {
    this.content = content;
    this.entry = new IssuerEntry(name, EntryDigest.of(content));
    this.apps = Apps.where(app -> !ended && isAllowed(app, directory));
  }

  /** The team's apps as they are now: one may be added, or removed, while a device is connected. */
  private boolean isAllowed(String app, IssuerDirectory directory) {
    return content.apps().map(those -> those.contains(app)).orElse(true)
        && directory.team(app).filter(content.team()::equals).isPresent();
  }

  /**
   * Looks at the apps of its team.
   *
   * @return whether its devices receive others than before
   */
  boolean look(Set<String> ofTeam) {
    Set<String> allowed = new HashSet<>(ofTeam);
    content.apps().ifPresent(allowed::retainAll);
    Apps now = Apps.of(allowed);
    boolean others = !now.equals(receivable);
    if (others) {
      receivable = now;
    }
    return others;
  }

  Entry content() {
    return content;
  }

  /** Its devices are refused from now on. */
  void end() {
    ended = true;
  }

  @Override
  public Optional<IssuerEntry> entry() {
    return Optional.of(entry);
  }

  @Override
  public boolean isInForce() {
    return !ended;
  }

  @Override
  public Apps apps() {
    return apps;
  }

  @Override
  public Apps receivable() {
    return receivable;
  }
}
