package dev.tidings.service.config;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** Reads a properties file; an unreadable file is reported as a problem like any other. */
final class ConfigFile {

  static Map<String, String> read(Path file, List<String> problems) {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException | IllegalArgumentException e) {
      // IllegalArgumentException: a broken backslash-u escape.
      problems.add(Problems.line("config file", file.toString(), "a readable properties file"));
      return Map.of();
    }
    Map<String, String> values = new TreeMap<>();
    for (String name : properties.stringPropertyNames()) {
      values.put(name, properties.getProperty(name));
    }
    return values;
  }

  private ConfigFile() {}
}
