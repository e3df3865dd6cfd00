package dev.tidings.service.config;

import dev.tidings.service.config.ValueFormat.BadValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A setting of a service: its name, its default and its meaning. Immutable and compared by
 * identity, so declare each once, as a constant.
 *
 * <p>A default is checked like any value: one that could not be given in a file is refused with an
 * {@link IllegalArgumentException} when the setting is declared.
 *
 * @param <T> the type of the value
 */
public final class Setting<T> {

  private static final Pattern NAME = Pattern.compile("[a-z0-9]+([.-][a-z0-9]+)*");

  private static final Pattern USER_INFO = Pattern.compile("(?<=://).*(?=@)");

  private final String name;
  private final ValueFormat<T> format;
  private final T defaultValue;
  private final String description;
  private final boolean secret;

  private Setting(
      String name, ValueFormat<T> format, T defaultValue, String description, boolean secret) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "name: " + name + " (expected: lower-case words joined by dots or hyphens)");
    }
    this.name = name;
    this.format = format;
    this.defaultValue = defaultValue;
    this.description = description;
    this.secret = secret;
    checkDefault();
  }

  private void checkDefault() {
    String text = format.write(defaultValue);
    try {
      if (format.read(text).equals(defaultValue)) {
        return;
      }
    } catch (BadValue e) {
      throw new IllegalArgumentException(problem(text), e);
    }
    throw new IllegalArgumentException(problem(defaultValue.toString()));
  }

  private static <T> Setting<T> open(
      String name, ValueFormat<T> format, T defaultValue, String description) {
    return new Setting<>(name, format, defaultValue, description, false);
  }

  /** Text. It may be empty only if the default is. */
  public static Setting<String> text(String name, String defaultValue, String description) {
    return open(
        name,
        defaultValue.isEmpty() ? ValueFormats.ANY_TEXT : ValueFormats.TEXT,
        defaultValue,
        description);
  }

  /** Text that may be absent; the empty text counts as absent. */
  public static Setting<Optional<String>> optionalText(String name, String description) {
    return open(name, ValueFormats.optional(ValueFormats.ANY_TEXT), Optional.empty(), description);
  }

  /** A name, or a part of one, that may be absent; the empty text counts as absent. */
  public static Setting<Optional<String>> optionalName(String name, String description) {
    return open(name, ValueFormats.optional(ValueFormats.NAME), Optional.empty(), description);
  }

  /** Text whose value appears in no message, log line or document. */
  public static Setting<String> secret(String name, String defaultValue, String description) {
    return new Setting<>(name, ValueFormats.ANY_TEXT, defaultValue, description, true);
  }

  /** A TCP port; 0 means any free one. */
  public static Setting<Integer> port(String name, int defaultValue, String description) {
    return integer(name, defaultValue, 0, 65_535, description);
  }

  /** A whole number from min to max, both included. */
  public static Setting<Integer> integer(
      String name, int defaultValue, int min, int max, String description) {
    return open(name, ValueFormats.integer(min, max), defaultValue, description);
  }

  /** A whole number from min to max, both included. */
  public static Setting<Long> longNumber(
      String name, long defaultValue, long min, long max, String description) {
    return open(name, ValueFormats.longNumber(min, max), defaultValue, description);
  }

  /**
   * An amount of bytes from min to max, both included: {@code 512}, {@code 64k}, {@code 32m},
   * {@code 1g} (powers of 1024).
   */
  public static Setting<Long> bytes(
      String name, long defaultValue, long min, long max, String description) {
    return open(name, Quantities.bytes(min, max), defaultValue, description);
  }

  /**
   * A duration from min to max, both included: {@code 250ms}, {@code 10s}, {@code 5m}, {@code 2h},
   * {@code 7d}. There is none without bounds: what no part of the service can keep to is refused
   * here, by the name of the setting, and not by whoever comes to use it.
   */
  public static Setting<Duration> duration(
      String name, Duration defaultValue, Duration min, Duration max, String description) {
    return open(name, Quantities.duration(min, max), defaultValue, description);
  }

  /** {@code true} or {@code false}, nothing else. */
  public static Setting<Boolean> bool(String name, boolean defaultValue, String description) {
    return open(name, ValueFormats.BOOL, defaultValue, description);
  }

  /** One of the constants, written in lower case with hyphens. */
  public static <E extends Enum<E>> Setting<E> choice(
      String name, Class<E> type, E defaultValue, String description) {
    return open(name, ValueFormats.choice(type), defaultValue, description);
  }

  /** Any of the constants, as in {@link #choice}, separated by commas; by default none. */
  public static <E extends Enum<E>> Setting<Set<E>> choices(
      String name, Class<E> type, String description) {
    return open(name, ValueFormats.choices(type), Set.of(), description);
  }

  /** A path, relative to the working directory; it is not checked that anything exists there. */
  public static Setting<Path> path(String name, Path defaultValue, String description) {
    return open(name, ValueFormats.PATH, defaultValue, description);
  }

  /** A path that may be absent; the empty text counts as absent. */
  public static Setting<Optional<Path>> optionalPath(String name, String description) {
    return open(name, ValueFormats.optional(ValueFormats.PATH), Optional.empty(), description);
  }

  /** Values separated by commas; the empty text is the empty list. */
  public static Setting<List<String>> list(
      String name, List<String> defaultValue, String description) {
    return open(name, ValueFormats.LIST, List.copyOf(defaultValue), description);
  }

  /** Returns the key in a configuration file, such as {@code http.port}. */
  public String name() {
    return name;
  }

  /** Returns the default as it would be written in a file: empty for none, masked for a secret. */
  public String defaultText() {
    return shown(format.write(defaultValue));
  }

  /** Returns the meaning of the setting, for an operator. */
  public String description() {
    return description;
  }

  /** Returns the accepted values, such as {@code 0..65535}. */
  public String kind() {
    return format.expected();
  }

  @Override
  public String toString() {
    return name;
  }

  T defaultValue() {
    return defaultValue;
  }

  T read(String text) throws BadValue {
    return format.read(text);
  }

  /** Returns the value as it would be written in a file; a secret in clear. */
  String write(T value) {
    return format.write(value);
  }

  boolean isSecret() {
    return secret;
  }

  /**
   * Returns the value as it may be shown: user information before an {@code @} of a URL, or of
   * several URLs, is masked.
   */
  String shown(String text) {
    return secret && !text.isEmpty() ? "(hidden)" : USER_INFO.matcher(text).replaceAll("(hidden)");
  }

  String problem(String text) {
    return Problems.line(name, shown(text), format.expected());
  }
}
