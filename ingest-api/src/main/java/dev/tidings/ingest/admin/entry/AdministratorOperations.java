package dev.tidings.ingest.admin.entry;

import dev.tidings.auth.admin.AdministratorRole;
import dev.tidings.control.decide.Administrators;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.NewSecret;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.schemas.avro.Administrator;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/** Those who may use this interface. */
public final class AdministratorOperations {
  private static final String PATH = "/v1/admin/administrators";
  private static final String ROLE = "role";

  private final Decisions decisions;
  private final InstantSource clock;
  private final CredentialOperations<Administrator> credentials;

  public AdministratorOperations(Decisions decisions, InstantSource clock) {
    this.decisions = decisions;
    this.clock = clock;
    this.credentials =
        new CredentialOperations<>(
            decisions,
            CredentialKind.ADMINISTRATOR,
            "administrators",
            PATH,
            EntryJson::administrator);
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    List<AdminOperation> all = new ArrayList<>(credentials.readAndRevoke());
    all.add(AdminOperation.of("GET", PATH, credentials.reading()::all));
    all.add(AdminOperation.of("POST", PATH, this::create));
    all.add(
        AdminOperation.of(
            "PATCH",
            credentials.onePath(),
            request ->
                credentials.expire(
                    request,
                    request
                        .fields(CredentialOperations.NOT_AFTER)
                        .need(CredentialOperations.NOT_AFTER))));
    return all;
  }

  private Response create(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields("name", ROLE);
    String name = fields.needText("name");
    AdministratorRole role =
        fields.text(ROLE).map(AdministratorOperations::role).orElse(AdministratorRole.ADMIN);
    NewSecret<Administrator> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              NewSecret<Administrator> one =
                  Administrators.create(entries, name, role, EntryTime.now(clock));
              changes.write(one.change());
              return one;
            });
    return NewSecrets.created(credentials.reading(), made);
  }

  private static AdministratorRole role(String text) {
    return AdministratorRole.of(text)
        .orElseThrow(() -> new BadRequestException(ROLE, text, "admin or read"));
  }
}
