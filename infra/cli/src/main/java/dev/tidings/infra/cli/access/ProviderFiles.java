package dev.tidings.infra.cli.access;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.control.ControlKind;
import dev.tidings.control.credential.BearerSecret;
import dev.tidings.control.credential.P256;
import dev.tidings.control.decide.ApiKeyDecisions;
import dev.tidings.control.decide.AppEntries;
import dev.tidings.control.decide.CredentialKind;
import dev.tidings.control.decide.KeyScope;
import dev.tidings.control.decide.NewSecret;
import dev.tidings.control.decide.ProviderKeys;
import dev.tidings.control.decide.Teams;
import dev.tidings.infra.cli.credential.PrivateKeyFile;
import dev.tidings.provider.Credential;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.service.files.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a stack's provider proves itself by: a team with apps, whose keys are kept in files for
 * their owner alone.
 *
 * @param providerKey the private key, AuthKey_KID.p8
 * @param apiKey the file with the API key
 */
public record ProviderFiles(String team, List<String> apps, Path providerKey, Path apiKey) {
  /** Also at the next start, so that its keys stay. */
  private static final String TEAM = "LOCALTEAM1";

  private static final String API_KEY = "api.key";
  private static final String KEY_PREFIX = "AuthKey_";
  private static final String KEY_SUFFIX = ".p8";

  /** Returns where the files of a data directory are. */
  static Path directory(Path data) {
    return data.toAbsolutePath().normalize().resolve("access");
  }

  /**
   * Makes what is missing, as an administrator would; what is there and in force stays. A key that
   * was revoked, or whose file is gone, gets a successor.
   *
   * @param apps added to the team; those of another team stay there
   */
  public static ProviderFiles keep(Administration admin, Path data, List<String> apps, Instant now)
      throws IOException, InterruptedException {
    ControlEntries entries = admin.entries();
    Path directory = Files.createDirectories(directory(data));
    if (entries.entry(ControlKind.TEAM, TEAM).isEmpty()) {
      admin.settle(Teams.create(entries, "local", Optional.of(TEAM), now));
    }
    for (String app : apps) {
      if (entries.entry(ControlKind.APP, app).isEmpty()) {
        Optional<ControlChange<dev.tidings.schemas.avro.App>> added =
            AppEntries.add(entries, new AppId(app), TEAM);
        if (added.isPresent()) {
          admin.settle(added.get());
        }
      }
    }
    KeyScope scope = KeyScope.of(entries, TEAM, Optional.empty());
    return new ProviderFiles(
        TEAM,
        apps,
        providerKey(admin, directory, scope, now),
        apiKey(admin, directory, scope, now));
  }

  private static Path providerKey(Administration admin, Path directory, KeyScope scope, Instant now)
      throws IOException, InterruptedException {
    for (Path file : keyFiles(directory)) {
      String kid = kid(file);
      Optional<ProviderKey> key = admin.entries().entry(ControlKind.PROVIDER_KEY, kid);
      if (key.isPresent() && CredentialKind.PROVIDER_KEY.facts().apply(key.get()).isInForce(now)) {
        return file;
      }
      Files.delete(file);
    }
    KeyPair pair = P256.newPair();
    ControlChange<ProviderKey> made =
        ProviderKeys.create(admin.entries(), scope, pair.getPublic(), now);
    // Before the entry: a full disk would leave an entry whose private key is lost.
    Path file = PrivateKeyFile.write(directory, made.name(), pair.getPrivate());
    admin.settle(made);
    return file;
  }

  private static Path apiKey(Administration admin, Path directory, KeyScope scope, Instant now)
      throws IOException, InterruptedException {
    Path file = directory.resolve(API_KEY);
    if (Files.exists(file)) {
      Optional<BearerSecret> secret = BearerSecret.read(Files.readString(file).strip());
      Optional<ApiKey> key =
          secret.flatMap(known -> admin.entries().entry(ControlKind.API_KEY, known.id()));
      if (key.isPresent() && CredentialKind.API_KEY.facts().apply(key.get()).isInForce(now)) {
        return file;
      }
    }
    NewSecret<ApiKey> made = ApiKeyDecisions.create(admin.entries(), scope, now);
    PrivateFile.write(file, made.secret().reveal() + System.lineSeparator());
    admin.settle(made.change());
    return file;
  }

  private static List<Path> keyFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(KEY_PREFIX))
          .filter(file -> file.getFileName().toString().endsWith(KEY_SUFFIX))
          .sorted()
          .toList();
    }
  }

  private static String kid(Path file) {
    String name = file.getFileName().toString();
    return name.substring(KEY_PREFIX.length(), name.length() - KEY_SUFFIX.length());
  }

  /** Returns the credential that the private key makes. */
  public Credential credential() throws IOException {
    return Credential.providerKey(providerKey, team);
  }
}
