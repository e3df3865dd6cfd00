package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.decide.ApiKeyDecisions;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.control.decide.NewSecret;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.schemas.avro.ApiKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** API keys. */
public final class ApiKeyOperations {
  private static final String PATH = "/v1/admin/api-keys";

  private final Decisions decisions;
  private final InstantSource clock;
  private final CredentialOperations<ApiKey> credentials;

  public ApiKeyOperations(Decisions decisions, InstantSource clock) {
    this.decisions = decisions;
    this.clock = clock;
    this.credentials =
        new CredentialOperations<>(
            decisions, CredentialKind.API_KEY, "apiKeys", PATH, EntryJson::apiKey);
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    List<AdminOperation> all = new ArrayList<>(credentials.readAndRevoke());
    all.add(
        AdminOperation.of(
            "GET", PATH, request -> credentials.reading().ofTeam(request, ApiKey::getTeam)));
    all.add(AdminOperation.of("POST", PATH, this::create));
    all.add(
        AdminOperation.of(
            "PATCH",
            credentials.onePath(),
            request -> credentials.change(request, ApiKey::getTeam, ApiKeyDecisions::scope)));
    all.add(AdminOperation.of("POST", credentials.onePath() + "/rotation", this::rotate));
    return all;
  }

  private Response create(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields(ScopeFields.TEAM, ScopeFields.APPS);
    NewSecret<ApiKey> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              KeyScope scope = ScopeFields.read(entries, fields);
              NewSecret<ApiKey> key = ApiKeyDecisions.create(entries, scope, EntryTime.now(clock));
              changes.write(key.change());
              return key;
            });
    return NewSecrets.created(credentials.reading(), made);
  }

  /** Makes another for the same apps, and lets this one end. */
  private Response rotate(AdminRequest request) throws InterruptedException {
    Duration overlap = ScopeFields.overlap(request.fields(ScopeFields.OVERLAP));
    String id = credentials.id(request);
    NewSecret<ApiKey> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              ApiKey key = CredentialKind.API_KEY.require(entries, id);
              Instant now = EntryTime.now(clock);
              NewSecret<ApiKey> next =
                  ApiKeyDecisions.create(entries, new KeyScope(key.getTeam(), key.getApps()), now);
              changes.write(next.change());
              Optional<ControlChange<ApiKey>> end =
                  CredentialKind.API_KEY.replaced(entries, id, now.plus(overlap));
              if (end.isPresent()) {
                changes.write(end.get());
              }
              return next;
            });
    return NewSecrets.created(credentials.reading(), made);
  }
}
