package dev.tidings.ingest.testing;

import dev.tidings.auth.provider.ProviderDirectory;
import dev.tidings.auth.provider.Providers;
import dev.tidings.control.credential.BearerSecret;
import dev.tidings.ingest.provider.AddressRefusals;
import dev.tidings.ingest.provider.ProviderGate;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** API keys of two teams: A has the apps com.example.…, B all others. */
public final class ApiKeys implements ProviderDirectory {
  private final Map<String, ApiKey> keys = new ConcurrentHashMap<>();

  /**
   * Adds one, and returns its secret.
   *
   * @param apps null for all of the team
   */
  public String add(String id, String team, @Nullable List<String> apps) {
    BearerSecret secret = BearerSecret.ofApiKey(id);
    keys.put(id, new ApiKey(team, secret.hash(), Optional.ofNullable(apps), Optional.empty()));
    return secret.reveal();
  }

  /** Returns what checks credentials by these keys. */
  public ProviderGate gate() {
    return new ProviderGate(
        new Providers(
            this, new AddressRefusals(System::nanoTime), InstantSource.system(), System::nanoTime));
  }

  @Override
  public Optional<Key> key(String id) {
    return Optional.empty();
  }

  @Override
  public Optional<ApiKey> apiKey(String id) {
    return Optional.ofNullable(keys.get(id));
  }

  @Override
  public Optional<String> team(String app) {
    return Optional.of(app.startsWith("com.example.") ? "A" : "B");
  }

  @Override
  public boolean isComplete() {
    return true;
  }
}
