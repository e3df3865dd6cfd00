package dev.tidings.ingest.send;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.PushType;
import org.jspecify.annotations.Nullable;

/**
 * The scope of what a request may send: to the apps of its credential, and nothing that goes with a
 * certificate alone, which counts for Apple's protocol only.
 *
 * @param provider null where nobody has to prove who he is
 */
public record SendScope(@Nullable ProviderIdentity provider) {
  /** To every app, for everybody. */
  public static final SendScope ANYBODY = new SendScope(null);

  /** Returns on whose behalf it is; null if nobody has to prove that. */
  public @Nullable String team() {
    return provider == null ? null : provider.team();
  }

  /**
   * Returns who shares what with this one: the requests of a team, or those of an address where
   * nobody has to prove who he is.
   */
  public Object owner(long address) {
    return provider == null ? Long.valueOf(address) : provider.team();
  }

  /** Returns whether notifications of a type may be sent to an app. */
  public boolean allows(AppId app, PushType type) {
    return type != PushType.MDM && (provider == null || provider.apps().contains(app.value()));
  }
}
