package dev.tidings.control.decide;

import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.BearerSecret;
import dev.tidings.schemas.avro.ApiKey;
import java.time.Instant;

/** Decisions about API keys, besides those about all credentials. */
public final class ApiKeyDecisions {
  private ApiKeyDecisions() {}

  /** Makes one. */
  public static NewSecret<ApiKey> create(ControlEntries entries, KeyScope scope, Instant now) {
    String id = CredentialKind.API_KEY.newId(entries);
    BearerSecret secret = BearerSecret.ofApiKey(id);
    return new NewSecret<>(
        ControlChange.put(
            ControlKind.API_KEY,
            id,
            new ApiKey(scope.team(), secret.hash(), scope.apps(), now, null),
            "api-key create: " + scope.words()),
        secret);
  }

  /** Says anew which apps of its team a key is for. */
  public static ControlChange<ApiKey> scope(ControlEntries entries, String id, KeyScope scope) {
    ApiKey key = CredentialKind.API_KEY.require(entries, id);
    return ControlChange.replace(
        ControlKind.API_KEY,
        id,
        key,
        new ApiKey(key.getTeam(), key.getHash(), scope.apps(), key.getCreated(), key.getNotAfter()),
        "api-key scope: " + scope.words());
  }
}
