package dev.tidings.infra.cli.doctor.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.infra.cli.doctor.Subject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The secrets of this machine's services, by their values: wherever one of them turns up, it is
 * hidden.
 */
final class KnownSecrets {
  /** Shorter values would hide ordinary words. */
  private static final int SHORTEST = 6;

  private static final long MOST_BYTES = 64 << 10;
  private static final Pattern QUOTED = Pattern.compile("[\"']([^\"']+)[\"']");
  private static final Pattern USER_INFO = Pattern.compile("://([^/\\s]*)@");
  private static final Pattern PARTS = Pattern.compile("[,:]");

  private final Set<String> values = new HashSet<>();

  /** Reads the settings, the files of secrets in the data directory, and the environment. */
  static KnownSecrets of(Subject subject, Map<String, String> environment) throws IOException {
    KnownSecrets secrets = new KnownSecrets();
    subject.files().byName().values().forEach(secrets::addSettings);
    secrets.addSettings(subject.site().clients());
    environment.forEach((name, value) -> {
      if (SecretNames.isSecret(name)) {
        secrets.add(value);
      }
    });
    Path data = subject.data();
    for (String name : List.of("token.keys", "admin.credential", "tls/server.key")) {
      secrets.addFile(data.resolve(name));
    }
    Path access = data.resolve("access");
    if (Files.isDirectory(access)) {
      try (Stream<Path> files = Files.list(access)) {
        for (Path file : files.toList()) {
          secrets.addFile(file);
        }
      }
    }
    return secrets;
  }

  void addSettings(Map<String, String> settings) {
    settings.forEach((name, value) -> {
      if (SecretNames.isSecret(name)) {
        add(value);
      }
      Matcher user = USER_INFO.matcher(value);
      while (user.find()) {
        add(user.group(1));
      }
    });
  }

  private void addFile(Path file) throws IOException {
    if (Files.isReadable(file) && Files.isRegularFile(file) && Files.size(file) <= MOST_BYTES) {
      new String(Files.readAllBytes(file), UTF_8)
          .lines()
          .filter(line -> !line.startsWith("-----"))
          .forEach(this::add);
    }
  }

  /** Adds a value, and the secrets within it: a token key behind its id, a password in quotes. */
  private void add(String value) {
    addWhole(value.strip());
    Matcher quoted = QUOTED.matcher(value);
    while (quoted.find()) {
      addWhole(quoted.group(1));
    }
    for (String part : PARTS.split(value, -1)) {
      addWhole(part.strip());
    }
  }

  private void addWhole(String value) {
    if (value.length() >= SHORTEST) {
      values.add(value);
    }
  }

  /** Returns the text without them. */
  String hide(String text) {
    String hidden = text;
    for (String secret : longestFirst()) {
      hidden = hidden.replace(secret, SecretNames.HIDDEN);
    }
    return hidden;
  }

  private List<String> longestFirst() {
    return values.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }
}
