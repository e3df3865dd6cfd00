package dev.tidings.service.config;

import dev.tidings.service.config.ValueFormat.BadValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a service: a valid value for every setting of its catalogue. Immutable and
 * thread-safe.
 */
public final class Config {

  private final Settings settings;
  private final Map<Setting<?>, Object> values;
  private final Map<String, String> texts;

  private Config(Settings settings, Map<Setting<?>, Object> values, Map<String, String> texts) {
    this.settings = settings;
    this.values = values;
    this.texts = texts;
  }

  /**
   * Reads the file, then the environment, then the overrides; the later ones win.
   *
   * @param settings the catalogue of settings that are accepted
   * @param file a properties file in UTF-8
   * @param overrides from the command line, by setting name
   * @throws ConfigException naming every problem found
   */
  public static Config read(Settings settings, Optional<Path> file, Map<String, String> overrides) {
    return read(settings, file, System.getenv(), overrides);
  }

  /**
   * Returns a configuration with only these values; the environment is not read. For tests and
   * embedding.
   */
  public static Config of(Settings settings, Map<String, String> values) {
    return read(settings, Optional.empty(), Map.of(), values);
  }

  static Config read(
      Settings settings,
      Optional<Path> file,
      Map<String, String> environment,
      Map<String, String> overrides) {
    List<String> problems = new ArrayList<>();
    Map<String, String> texts = new LinkedHashMap<>();
    file.ifPresent(path -> texts.putAll(ConfigFile.read(path, problems)));
    texts.putAll(Environment.values(settings, environment, problems));
    texts.putAll(overrides);
    // A properties file keeps trailing blanks of a value, which are invisible in an editor.
    texts.replaceAll((name, text) -> text.strip());

    Map<Setting<?>, Object> values = new HashMap<>();
    for (Setting<?> setting : settings.all()) {
      readInto(values, setting, texts.get(setting.name()), problems);
    }
    for (String name : texts.keySet()) {
      if (!settings.has(name) && settings.prefixOf(name).isEmpty()) {
        problems.add(name + ": unknown setting" + suggestion(settings, name));
      }
    }
    new TreeMap<>(texts)
        .forEach((name, text) ->
            settings
                .refused(name, text)
                .ifPresent(expected -> problems.add(Problems.line(name, text, expected))));
    problems.addAll(Environment.misspelt(settings, environment));
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
    return new Config(settings, Map.copyOf(values), new TreeMap<>(texts));
  }

  private static <T> void readInto(
      Map<Setting<?>, Object> values,
      Setting<T> setting,
      @Nullable String text,
      List<String> problems) {
    try {
      Object value = text == null ? setting.defaultValue() : setting.read(text);
      values.put(setting, value);
    } catch (BadValue e) {
      problems.add(setting.problem(String.valueOf(text)));
    }
  }

  private static String suggestion(Settings settings, String name) {
    List<String> candidates = new ArrayList<>();
    settings.all().forEach(setting -> candidates.add(setting.name()));
    String rest = name.substring(name.indexOf('.') + 1);
    settings.prefixes().forEach(prefix -> candidates.add(prefix + rest));
    return Spelling.closest(name, candidates)
        .map(candidate -> " (did you mean " + candidate + "?)")
        .orElse("");
  }

  /**
   * Returns the value of a setting.
   *
   * @throws IllegalArgumentException if the setting is not in the catalogue: a programming error
   */
  public <T> T get(Setting<T> setting) {
    Object value = values.get(setting);
    if (value == null) {
      throw new IllegalArgumentException(
          "setting: " + setting.name() + " (expected: one of this service's catalogue)");
    }
    // Put there by readInto, whose setting has the same T.
    @SuppressWarnings("unchecked")
    T typed = (T) value;
    return typed;
  }

  /**
   * Returns the settings to pass to a library: every key given under the prefix, without the
   * prefix, and the catalogue's own settings under the prefix with their value or default.
   *
   * @throws IllegalArgumentException if the catalogue does not pass this prefix through
   */
  public Map<String, String> passThrough(String prefix) {
    if (!settings.prefixes().contains(prefix)) {
      throw new IllegalArgumentException(
          "prefix: " + prefix + " (expected: one of " + settings.prefixes() + ")");
    }
    Map<String, String> handedOn = new TreeMap<>();
    texts.forEach((key, text) -> put(handedOn, prefix, key, text));
    settings.all().forEach(setting -> put(handedOn, prefix, setting.name(), text(setting)));
    return Map.copyOf(handedOn);
  }

  private void put(Map<String, String> handedOn, String prefix, String key, String text) {
    if (settings.prefixOf(key).filter(prefix::equals).isPresent()) {
      handedOn.put(key.substring(prefix.length()), text);
    }
  }

  private <T> String text(Setting<T> setting) {
    return setting.write(get(setting));
  }

  /**
   * Returns every setting with its value, for the log; secrets and passed-through values are
   * masked.
   */
  @Override
  public String toString() {
    Map<String, String> shown = new LinkedHashMap<>();
    settings.all().forEach(setting -> shown.put(setting.name(), setting.shown(text(setting))));
    texts.keySet().forEach(key -> shown.putIfAbsent(key, "(passed through)"));
    return shown.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + entry.getValue())
        .collect(Collectors.joining(" "));
  }
}
