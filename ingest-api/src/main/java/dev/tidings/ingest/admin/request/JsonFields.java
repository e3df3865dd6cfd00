package dev.tidings.ingest.admin.request;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of the object that a request has. One that is there with another type is an error;
 * null counts as absent, except for {@link #has}.
 */
public final class JsonFields {
  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  private final Map<String, Object> members;

  /**
   * Creates them from values of the types String, Long, Boolean, List, Map and {@link
   * JsonText.Null}.
   */
  JsonFields(Map<String, Object> members) {
    this.members = members;
  }

  /**
   * Fails if there is a member of another name: one that is misspelt must not be passed over.
   *
   * @param known the names that are understood
   */
  public JsonFields only(String... known) {
    Set<String> unknown = new TreeSet<>(members.keySet());
    unknown.removeAll(Set.of(known));
    if (!unknown.isEmpty()) {
      throw new BadRequestException(
          "member", unknown.iterator().next(), "one of " + String.join(", ", known));
    }
    return this;
  }

  /** Returns whether there is such a member, be it null. */
  public boolean has(String name) {
    return members.containsKey(name);
  }

  /** Fails unless there is such a member, be it null. */
  public JsonFields need(String name) {
    if (!has(name)) {
      throw missing(name, "a value, or null for none");
    }
    return this;
  }

  /** Returns a text. */
  public Optional<String> text(String name) {
    return value(name, String.class, "a string");
  }

  /** Returns a text that has to be there. */
  public String needText(String name) {
    return text(name).orElseThrow(() -> missing(name, "a string"));
  }

  /** Returns a whole number within bounds that has to be there. */
  public long needNumber(String name, long min, long max) {
    return number(name, min, max).orElseThrow(() -> missing(name, bounds(min, max)));
  }

  /** Returns a whole number within bounds. */
  public Optional<Long> number(String name, long min, long max) {
    Optional<Long> number = value(name, Long.class, bounds(min, max));
    if (number.isPresent() && (number.get() < min || number.get() > max)) {
      throw new BadRequestException(name, number.get().toString(), bounds(min, max));
    }
    return number;
  }

  private static String bounds(long min, long max) {
    return "a whole number from " + min + " to " + max;
  }

  /** Returns true or false. */
  public Optional<Boolean> flag(String name) {
    return value(name, Boolean.class, "true or false");
  }

  /** Returns a list of texts, each read. */
  public <T> Optional<List<T>> texts(String name, Function<String, T> reading) {
    Optional<List<?>> list = value(name, List.class, "a list of strings").map(each -> each);
    if (list.isEmpty()) {
      return Optional.empty();
    }
    List<T> read = new ArrayList<>(list.get().size());
    for (Object item : list.get()) {
      if (!(item instanceof String text)) {
        throw new BadRequestException(name, JsonText.typeOf(item), "a list of strings");
      }
      read.add(reading.apply(text));
    }
    return Optional.of(List.copyOf(read));
  }

  /** Returns an object, as the text of one. */
  public Optional<String> object(String name) {
    return value(name, Map.class, "an object").map(JsonText::write);
  }

  /** Returns a time, as precise as an entry keeps it. */
  public Optional<Instant> time(String name) {
    return text(name).map(text -> time(name, text));
  }

  private static Instant time(String name, String text) {
    try {
      Instant time = Instant.parse(text).truncatedTo(ChronoUnit.MILLIS);
      if (!time.isBefore(EARLIEST) && !time.isAfter(LATEST)) {
        return time;
      }
    } catch (DateTimeException e) {
      // Refused below, as one of another form.
    }
    throw new BadRequestException(name, text, "a time such as 2026-12-31T12:00:00Z");
  }

  private <T> Optional<T> value(String name, Class<T> type, String expected) {
    @Nullable Object value = members.get(name);
    if (value == null || value == JsonText.Null.NULL) {
      return Optional.empty();
    }
    if (!type.isInstance(value)) {
      throw new BadRequestException(name, JsonText.typeOf(value), expected);
    }
    return Optional.of(type.cast(value));
  }

  private static BadRequestException missing(String name, String expected) {
    return new BadRequestException(name, "missing", expected);
  }

  /** Fails unless exactly one of two members is there. */
  public void needOneOf(String one, String other) {
    if (has(one) == has(other)) {
      throw new BadRequestException(
          "member", has(one) ? "both" : "missing", "either " + one + " or " + other);
    }
  }
}
