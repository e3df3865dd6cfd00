package dev.tidings.auth.jose;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * A JSON object. Its members are asked for by name and type; one that is there with another type is
 * an error, also if it is null.
 */
public final class JsonObject {
  private final String what;
  private final Map<String, Object> members;

  /**
   * Creates an object from values of the types String, Double, Boolean, List, JsonObject and {@link
   * Null}.
   */
  JsonObject(String what, Map<String, Object> members) {
    this.what = what;
    this.members = members;
  }

  /**
   * Reads an object from its text.
   *
   * @param what it is, for error messages
   * @throws JoseException if it is anything else than one object in UTF-8 in which no member is
   *     there twice
   */
  public static JsonObject read(String what, byte[] utf8) throws JoseException {
    return JsonReader.read(what, utf8);
  }

  /** Returns whether there is such a member, of whatever type. */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /** Returns a text. */
  public Optional<String> text(String name) throws JoseException {
    return switch (members.get(name)) {
      case null -> Optional.empty();
      case String text -> Optional.of(text);
      default -> throw wrong(name, "text");
    };
  }

  /** Returns a number. */
  public OptionalDouble number(String name) throws JoseException {
    return switch (members.get(name)) {
      case null -> OptionalDouble.empty();
      case Double number -> OptionalDouble.of(number);
      default -> throw wrong(name, "a number");
    };
  }

  /** Returns a list of texts. */
  public Optional<List<String>> texts(String name) throws JoseException {
    return list(name, String.class, "a list of texts");
  }

  /** Returns a text, or a list of them, as a list. */
  public Optional<List<String>> textOrTexts(String name) throws JoseException {
    return members.get(name) instanceof String text
        ? Optional.of(List.of(text))
        : list(name, String.class, "a text or a list of texts");
  }

  /** Returns a list of objects. */
  public Optional<List<JsonObject>> objects(String name) throws JoseException {
    return list(name, JsonObject.class, "a list of objects");
  }

  private <T> Optional<List<T>> list(String name, Class<T> type, String expected)
      throws JoseException {
    Object value = members.get(name);
    if (value == null) {
      return Optional.empty();
    }
    if (!(value instanceof List<?> list)) {
      throw wrong(name, expected);
    }
    List<T> typed = new ArrayList<>(list.size());
    for (Object item : list) {
      if (!type.isInstance(item)) {
        throw wrong(name, expected);
      }
      typed.add(type.cast(item));
    }
    return Optional.of(List.copyOf(typed));
  }

  private JoseException wrong(String name, String expected) {
    return new JoseException(what + ": " + name + " of another type", expected);
  }

  /** JSON's null. */
  enum Null {
    NULL
  }
}
