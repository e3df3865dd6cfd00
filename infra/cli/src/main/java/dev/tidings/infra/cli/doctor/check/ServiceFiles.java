package dev.tidings.infra.cli.doctor.check;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The settings of services, as their files have them.
 *
 * @param byName the settings of each service, by the name of its directory, or of its file
 */
public record ServiceFiles(Map<String, Map<String, String>> byName) {
  /** Longer ones are no settings. */
  private static final long MOST_BYTES = 1 << 20;

  /** Returns those of a local stack; none if there is no such directory. */
  public static ServiceFiles in(Path data) throws IOException {
    Path services = data.resolve("services");
    Map<String, Map<String, String>> byName = new LinkedHashMap<>();
    if (Files.isDirectory(services)) {
      try (Stream<Path> found = Files.list(services)) {
        for (Path directory : found.sorted().toList()) {
          Path file = directory.resolve("service.properties");
          if (Files.isReadable(file)) {
            byName.put(String.valueOf(directory.getFileName()), read(file));
          }
        }
      }
    }
    return new ServiceFiles(byName);
  }

  /** Returns those of these files. */
  public static ServiceFiles of(List<Path> files) throws IOException {
    Map<String, Map<String, String>> byName = new LinkedHashMap<>();
    for (Path file : files) {
      byName.put(String.valueOf(file.getFileName()).replace(".properties", ""), read(file));
    }
    return new ServiceFiles(byName);
  }

  /** Returns the properties of a file. */
  public static Map<String, String> read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException(file + ": too long (expected: properties)");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    Map<String, String> settings = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> settings.put(name, properties.getProperty(name)));
    return settings;
  }

  /** Returns the value of a setting of a service; empty if its file does not have it. */
  public Optional<String> value(String service, String setting) {
    return Optional.ofNullable(byName.getOrDefault(service, Map.of()).get(setting))
        .filter(value -> !value.isBlank());
  }
}
