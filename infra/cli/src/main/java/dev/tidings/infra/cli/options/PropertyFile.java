package dev.tidings.infra.cli.options;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Properties in a file: of Kafka's clients, or of a service. */
public final class PropertyFile {
  /** Longer ones are something else. */
  private static final long MOST_BYTES = 1 << 20;

  private PropertyFile() {}

  /**
   * Returns the properties of a file.
   *
   * @throws IllegalArgumentException if it has something else
   */
  public static Map<String, String> read(Path file) throws IOException {
    if (Files.size(file) > MOST_BYTES) {
      throw new IllegalArgumentException(file + ": too long (expected: properties)");
    }
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IllegalArgumentException | CharacterCodingException e) {
      throw new IllegalArgumentException(file + " (expected: properties, in UTF-8)", e);
    }
    Map<String, String> values = new TreeMap<>();
    properties
        .stringPropertyNames()
        .forEach(name -> values.put(name, properties.getProperty(name)));
    return values;
  }
}
