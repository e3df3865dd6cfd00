package dev.tidings.ingest.provider;

import dev.tidings.auth.provider.ProviderDirectory;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.schemas.avro.App;
import java.util.Optional;

/** The keys and apps in the topic {@code control}. */
public final class ControlDirectory implements ProviderDirectory {
  private final ControlReader control;

  public ControlDirectory(ControlReader control) {
    this.control = control;
  }

  @Override
  public Optional<Key> key(String id) {
    return control
        .providerKey(id)
        .map(entry ->
            new Key(
                entry.getTeam(),
                entry.getPublicKey(),
                Optional.ofNullable(entry.getApps()),
                Optional.ofNullable(entry.getNotAfter())));
  }

  @Override
  public Optional<ApiKey> apiKey(String id) {
    return control
        .apiKey(id)
        .map(entry ->
            new ApiKey(
                entry.getTeam(),
                entry.getHash(),
                Optional.ofNullable(entry.getApps()),
                Optional.ofNullable(entry.getNotAfter())));
  }

  @Override
  public Optional<String> team(String app) {
    return control.entry(ControlKind.APP, app).map(App::getTeam);
  }

  @Override
  public boolean isComplete() {
    return control.isComplete();
  }
}
