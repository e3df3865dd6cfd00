package dev.tidings.infra.cli.doctor.check;

import dev.tidings.infra.cli.options.PropertyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The settings of services, as their files have them.
 *
 * @param byName the settings of each service, by the name of its directory, or of its file
 */
public record ServiceFiles(Map<String, Map<String, String>> byName) {
  /** Returns those of a local stack; none if there is no such directory. */
  public static ServiceFiles in(Path data) throws IOException {
    Path services = data.resolve("services");
    Map<String, Map<String, String>> byName = new LinkedHashMap<>();
    if (Files.isDirectory(services)) {
      try (Stream<Path> found = Files.list(services)) {
        for (Path directory : found.sorted().toList()) {
          Path file = directory.resolve("service.properties");
          if (Files.isReadable(file)) {
            byName.put(String.valueOf(directory.getFileName()), PropertyFile.read(file));
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
      byName.put(
          String.valueOf(file.getFileName()).replace(".properties", ""), PropertyFile.read(file));
    }
    return new ServiceFiles(byName);
  }

  /** Returns the value of a setting of a service; empty if its file does not have it. */
  public Optional<String> value(String service, String setting) {
    return Optional.ofNullable(byName.getOrDefault(service, Map.of()).get(setting))
        .filter(value -> !value.isBlank());
  }
}
