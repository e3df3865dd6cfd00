package dev.tidings.ingest.admin.entry;

import dev.tidings.control.ControlChange;
import dev.tidings.control.credential.P256;
import dev.tidings.control.credential.PrivateKeyPem;
import dev.tidings.control.credential.PublicKeyPem;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.control.decide.ProviderKeys;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.JsonFields;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.json.JsonAnswer.Members;
import dev.tidings.schemas.avro.ProviderKey;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The keys that providers' tokens are signed with. */
public final class KeyOperations {
  private static final String PATH = "/v1/admin/keys";
  private static final String PUBLIC_KEY = "publicKey";
  private static final String KID = "kid";

  private final Decisions decisions;
  private final InstantSource clock;
  private final CredentialOperations<ProviderKey> credentials;

  public KeyOperations(Decisions decisions, InstantSource clock) {
    this.decisions = decisions;
    this.clock = clock;
    this.credentials =
        new CredentialOperations<>(
            decisions, CredentialKind.PROVIDER_KEY, "keys", PATH, EntryJson::providerKey);
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    List<AdminOperation> all = new ArrayList<>(credentials.readAndRevoke());
    all.add(
        AdminOperation.of(
            "GET", PATH, request -> credentials.reading().ofTeam(request, ProviderKey::getTeam)));
    all.add(AdminOperation.of("POST", PATH, this::create));
    all.add(
        AdminOperation.of(
            "PATCH",
            credentials.onePath(),
            request -> credentials.change(request, ProviderKey::getTeam, ProviderKeys::scope)));
    all.add(AdminOperation.of("POST", credentials.onePath() + "/rotation", this::rotate));
    return all;
  }

  /** Makes a pair, or keeps the public key of one that the provider has. */
  private Response create(AdminRequest request) throws InterruptedException {
    JsonFields fields = request.fields(ScopeFields.TEAM, ScopeFields.APPS, KID, PUBLIC_KEY);
    Optional<String> pem = fields.text(PUBLIC_KEY);
    if (pem.isEmpty()) {
      if (fields.has(KID)) {
        throw new BadRequestException(KID, "without publicKey", "none: a new pair has a new kid");
      }
      KeyPair pair = P256.newPair();
      ControlChange<ProviderKey> made =
          decisions.take(
              request.author(),
              (entries, changes) -> {
                KeyScope scope = ScopeFields.read(entries, fields);
                ControlChange<ProviderKey> key =
                    ProviderKeys.create(entries, scope, pair.getPublic(), EntryTime.now(clock));
                changes.write(key);
                return key;
              });
      return created(made, privateKey(pair));
    }
    PublicKey key = PublicKeyPem.read(PUBLIC_KEY, pem.get().length() + " characters", pem.get());
    ControlChange<ProviderKey> registered =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              ControlChange<ProviderKey> change =
                  ProviderKeys.register(
                      entries,
                      ScopeFields.read(entries, fields),
                      key,
                      fields.text(KID),
                      EntryTime.now(clock));
              changes.write(change);
              return change;
            });
    return created(registered, out -> {});
  }

  private Response created(ControlChange<ProviderKey> made, Members more) {
    return JsonAnswer.created(
        PATH + "/" + made.name(),
        credentials.reading().members(made.name(), made.entry().orElseThrow()).and(more));
  }

  private static Members privateKey(KeyPair pair) {
    return out -> out.writeStringField("privateKey", PrivateKeyPem.of(pair.getPrivate()));
  }

  /** Makes another pair for the same apps, and lets this key end. */
  private Response rotate(AdminRequest request) throws InterruptedException {
    Duration overlap = ScopeFields.overlap(request.fields(ScopeFields.OVERLAP));
    String kid = credentials.id(request);
    KeyPair pair = P256.newPair();
    ControlChange<ProviderKey> made =
        decisions.take(
            request.author(),
            (entries, changes) -> {
              ProviderKey key = CredentialKind.PROVIDER_KEY.require(entries, kid);
              Instant now = EntryTime.now(clock);
              ControlChange<ProviderKey> next =
                  ProviderKeys.create(
                      entries, new KeyScope(key.getTeam(), key.getApps()), pair.getPublic(), now);
              changes.write(next);
              Optional<ControlChange<ProviderKey>> end =
                  CredentialKind.PROVIDER_KEY.replaced(entries, kid, now.plus(overlap));
              if (end.isPresent()) {
                changes.write(end.get());
              }
              return next;
            });
    return created(made, privateKey(pair));
  }
}
