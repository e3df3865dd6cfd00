package dev.tidings.control.decide;

import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.BearerSecret;
import dev.tidings.schemas.avro.Administrator;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Decisions about the credentials of administrators, besides those about all credentials. */
public final class Administrators {
  private Administrators() {}

  /** Makes one who may do everything. */
  public static NewSecret<Administrator> create(ControlEntries entries, String name, Instant now) {
    return create(entries, name, AdministratorRole.ADMIN, now);
  }

  /** Makes one. */
  public static NewSecret<Administrator> create(
      ControlEntries entries, String name, AdministratorRole role, Instant now) {
    String id = CredentialKind.ADMINISTRATOR.newId(entries);
    BearerSecret secret = BearerSecret.ofAdministrator(id);
    return new NewSecret<>(
        ControlChange.put(
            ControlKind.ADMINISTRATOR,
            id,
            new Administrator(DisplayName.require(name), secret.hash(), now, null, role.text()),
            "administrator create: name " + name + ", role " + role.text()),
        secret);
  }

  /** Returns the ids of those that are accepted now. */
  public static List<String> inForce(ControlEntries entries, Instant now) {
    CredentialKind<Administrator> kind = CredentialKind.ADMINISTRATOR;
    return entries.entries(kind.kind()).entrySet().stream()
        .filter(each -> kind.facts().apply(each.getValue()).isInForce(now))
        .map(Map.Entry::getKey)
        .toList();
  }
}
