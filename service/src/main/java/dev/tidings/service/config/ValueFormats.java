package dev.tidings.service.config;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The text forms of all values except amounts with a unit, which are in {@link Quantities}. */
final class ValueFormats {

  private static final Pattern NAMES = Pattern.compile("[A-Za-z0-9._-]{0,64}");

  static final ValueFormat<String> ANY_TEXT =
      new ValueFormat<>("any text", Function.identity(), Function.identity());

  static final ValueFormat<String> TEXT =
      new ValueFormat<>("some text", ValueFormats::notEmpty, Function.identity());

  /** The characters that Kafka accepts in the name of a topic or a group. */
  static final ValueFormat<String> NAME =
      new ValueFormat<>(
          "letters, digits, dots, hyphens and underscores, at most 64",
          ValueFormats::name,
          Function.identity());

  static final ValueFormat<Boolean> BOOL =
      new ValueFormat<>("true or false", ValueFormats::readBool, value -> value.toString());

  static final ValueFormat<Path> PATH =
      new ValueFormat<>("a path", text -> Path.of(notEmpty(text)), Path::toString);

  static final ValueFormat<List<String>> LIST =
      new ValueFormat<>(
          "values separated by commas", ValueFormats::readList, list -> String.join(",", list));

  static ValueFormat<Integer> integer(int min, int max) {
    return new ValueFormat<>(
        min + ".." + max, text -> within(Integer.parseInt(text), min, max), value -> value + "");
  }

  static ValueFormat<Long> longNumber(long min, long max) {
    return new ValueFormat<>(
        min + ".." + max, text -> within(Long.parseLong(text), min, max), value -> value + "");
  }

  static <E extends Enum<E>> ValueFormat<E> choice(Class<E> type) {
    Map<String, E> byName = byName(type);
    return new ValueFormat<>(
        "one of: " + String.join(", ", byName.keySet()),
        text -> constant(byName, text),
        ValueFormats::kebab);
  }

  static <E extends Enum<E>> ValueFormat<Set<E>> choices(Class<E> type) {
    Map<String, E> byName = byName(type);
    return new ValueFormat<>(
        "any of: " + String.join(", ", byName.keySet()) + "; separated by commas",
        text ->
            readList(text).stream()
                .map(item -> constant(byName, item))
                .collect(Collectors.toUnmodifiableSet()),
        values ->
            values.stream().sorted().map(ValueFormats::kebab).collect(Collectors.joining(",")));
  }

  /** Returns the constants in their order, by the names that they have in a file. */
  private static <E extends Enum<E>> Map<String, E> byName(Class<E> type) {
    Map<String, E> byName = new LinkedHashMap<>();
    for (E each : type.getEnumConstants()) {
      byName.put(kebab(each), each);
    }
    return byName;
  }

  private static <E extends Enum<E>> E constant(Map<String, E> byName, String text) {
    return Optional.ofNullable(byName.get(text)).orElseThrow(IllegalArgumentException::new);
  }

  /**
   * Returns a format in which the empty text means absence; a file or the environment has no other
   * way to express it.
   */
  static <T> ValueFormat<Optional<T>> optional(ValueFormat<T> format) {
    return new ValueFormat<>(
        format.expected(),
        text -> text.isEmpty() ? Optional.empty() : Optional.of(format.reader().apply(text)),
        value -> value.map(format::write).orElse(""));
  }

  private static String kebab(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String notEmpty(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  private static String name(String text) {
    if (!NAMES.matcher(text).matches()) {
      throw new IllegalArgumentException();
    }
    return text;
  }

  // Boolean.parseBoolean takes "yes", "on" and every slip of the pen for false.
  private static boolean readBool(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default -> throw new IllegalArgumentException();
    };
  }

  private static List<String> readList(String text) {
    if (text.isEmpty()) {
      return List.of();
    }
    return Arrays.stream(text.split(",", -1)).map(item -> notEmpty(item.strip())).toList();
  }

  static <N extends Comparable<N>> N within(N value, N min, N max) {
    if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
      throw new IllegalArgumentException();
    }
    return value;
  }

  private ValueFormats() {}
}
