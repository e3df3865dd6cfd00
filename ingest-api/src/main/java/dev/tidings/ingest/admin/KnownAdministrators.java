package dev.tidings.ingest.admin;

import dev.tidings.auth.admin.AdministratorDirectory;
import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import java.util.Optional;

/** The administrators in {@code control}, and the one whose credential is configured. */
final class KnownAdministrators implements AdministratorDirectory {
  private final ControlReader control;
  private final Optional<ConfiguredCredential> configured;

  KnownAdministrators(ControlReader control, Optional<ConfiguredCredential> configured) {
    this.control = control;
    this.configured = configured;
  }

  @Override
  public Optional<Credential> credential(String id) {
    return control
        .entry(ControlKind.ADMINISTRATOR, id)
        .map(entry ->
            new Credential(
                entry.getHash(),
                Optional.ofNullable(entry.getNotAfter()),
                // A role of another version: whatever it is for, it is for no more than this here.
                AdministratorRole.of(entry.getRole()).orElse(AdministratorRole.READ)))
        .or(() ->
            configured
                .filter(each -> each.id().equals(id))
                .map(each ->
                    new Credential(each.hash(), Optional.empty(), AdministratorRole.ADMIN)));
  }

  @Override
  public boolean isComplete() {
    return control.isComplete();
  }
}
