package dev.tidings.service.config;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The catalogue of all settings of one service, in the order in which they are documented. A key
 * that is neither in the catalogue nor under a passed-through prefix is refused. Immutable.
 */
public final class Settings {

  private final List<Setting<?>> all;
  private final List<PassThrough> passThroughs;

  private Settings(List<Setting<?>> all, List<PassThrough> passThroughs) {
    this.all = List.copyOf(all);
    this.passThroughs = List.copyOf(passThroughs);
  }

  /**
   * Returns a catalogue of these settings.
   *
   * @throws IllegalArgumentException if two have the same name or the same environment variable
   */
  public static Settings of(Setting<?>... settings) {
    Set<String> variables = new HashSet<>();
    for (Setting<?> setting : settings) {
      if (!variables.add(Environment.variable(setting.name()))) {
        throw new IllegalArgumentException(
            "setting: " + setting.name() + " (expected: a name that no other setting has)");
      }
    }
    return new Settings(List.of(settings), List.of());
  }

  /** Returns this catalogue followed by the settings of another. */
  public Settings and(Settings more) {
    List<Setting<?>> both = new ArrayList<>(all);
    both.addAll(more.all);
    List<PassThrough> allPassThroughs = new ArrayList<>(passThroughs);
    allPassThroughs.addAll(more.passThroughs);
    return new Settings(of(both.toArray(Setting<?>[]::new)).all, allPassThroughs);
  }

  /**
   * Returns this catalogue, which then accepts keys with this prefix and passes them to a library
   * unchanged, without the prefix: see {@link Config#passThrough}. Where prefixes overlap, a key
   * belongs to the longest.
   *
   * @param prefix lower case, with its final dot: {@code kafka.}
   */
  public Settings withPassThrough(String prefix, String description) {
    return withPassThrough(prefix, description, PassThroughCheck.NONE);
  }

  /**
   * As {@link #withPassThrough(String, String)}.
   *
   * @param check decides which of the keys are refused
   */
  public Settings withPassThrough(String prefix, String description, PassThroughCheck check) {
    if (!prefix.endsWith(".") || !prefix.equals(prefix.toLowerCase(Locale.ROOT))) {
      throw new IllegalArgumentException(
          "prefix: " + prefix + " (expected: lower case with a dot at the end)");
    }
    List<PassThrough> more = new ArrayList<>(passThroughs);
    more.add(new PassThrough(prefix, description, check));
    return new Settings(all, more);
  }

  /** Returns the settings, in documentation order. */
  public List<Setting<?>> all() {
    return all;
  }

  /** Returns the names of the settings whose value appears in no message. */
  public List<String> secrets() {
    return all.stream().filter(Setting::isSecret).map(Setting::name).toList();
  }

  /** Returns the table of settings for the documentation: name, default, meaning. */
  public String markdown() {
    StringBuilder table = new StringBuilder("| name | default | meaning |\n|---|---|---|\n");
    for (Setting<?> setting : all) {
      // For plain text there is nothing to say about accepted values.
      String kind = setting.kind().endsWith("text") ? "" : " (" + setting.kind() + ")";
      row(table, setting.name(), setting.defaultText(), setting.description() + kind);
    }
    for (PassThrough passThrough : passThroughs) {
      row(table, passThrough.prefix() + "*", "", passThrough.description());
    }
    return table.toString();
  }

  private static void row(StringBuilder table, String name, String defaultText, String meaning) {
    String shownDefault = defaultText.isEmpty() ? "" : "`" + defaultText + "`";
    table.append("| `%s` | %s | %s |\n".formatted(name, shownDefault, meaning.replace("|", "\\|")));
  }

  List<String> prefixes() {
    return passThroughs.stream().map(PassThrough::prefix).toList();
  }

  /**
   * Returns the longest passed-through prefix of the key; empty if the key has none or is only a
   * prefix.
   */
  Optional<String> prefixOf(String key) {
    return prefixes().stream()
        .filter(prefix -> key.startsWith(prefix) && key.length() > prefix.length())
        .max(Comparator.comparingInt(String::length));
  }

  /** Returns what is expected instead of a passed-through value; empty if it is accepted. */
  Optional<String> refused(String key, String value) {
    return prefixOf(key)
        .flatMap(prefix ->
            passThroughs.stream()
                .filter(passThrough -> passThrough.prefix().equals(prefix))
                .flatMap(passThrough ->
                    passThrough.check().expected(key.substring(prefix.length()), value).stream())
                .findFirst());
  }

  boolean has(String name) {
    return all.stream().anyMatch(setting -> setting.name().equals(name));
  }

  private record PassThrough(String prefix, String description, PassThroughCheck check) {}
}
