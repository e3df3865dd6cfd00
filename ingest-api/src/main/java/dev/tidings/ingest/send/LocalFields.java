package dev.tidings.ingest.send;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.ingest.accept.LocalTimes;
import dev.tidings.ingest.json.JsonType;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.LanguageTag;
import dev.tidings.schemas.value.LocalDeliveryTime;
import dev.tidings.schemas.value.LocalizedPayloads;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.QuietHours;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The members of one notification that leave something to its device's registration: times on its
 * clock, and payloads for its locale. For one use.
 */
final class LocalFields {
  static final String LOCALIZED = "localized";

  private static final String LOCAL = "deliverAt.local";
  private static final String DELIVER_AT_EXPECTED = "{\"local\": \"2026-12-24T18:00\"}";
  private static final String QUIET_EXPECTED = "{\"from\": \"22:00\", \"to\": \"07:00\"}";

  private final Consumer<FieldError> errors;
  private final Map<String, byte[]> payloads = new TreeMap<>();
  private final List<String> seen = new ArrayList<>();
  private @Nullable LocalDeliveryTime deliverAt;
  private @Nullable QuietHours quietHours;

  /**
   * @param errors told what is wrong
   */
  LocalFields(Consumer<FieldError> errors) {
    this.errors = errors;
  }

  /** Reads {@code deliverAt} where it is an object. */
  void deliverAt(JsonParser parser, long nowMillis) throws IOException {
    @Nullable String text = texts(parser, "deliverAt", DELIVER_AT_EXPECTED, "local").get("local");
    if (text == null) {
      return;
    }
    try {
      LocalDeliveryTime read = LocalDeliveryTime.parse(LOCAL, text);
      read.latest().check(nowMillis);
      deliverAt = read;
      seen.add(LOCAL);
    } catch (InvalidValueException e) {
      errors.accept(FieldError.of(LOCAL, text, e.expected()));
    }
  }

  /** Reads {@code quietHours}. */
  void quietHours(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      errors.accept(new FieldError("quietHours", JsonType.of(parser), QUIET_EXPECTED));
      parser.skipChildren();
      return;
    }
    Map<String, String> both = texts(parser, "quietHours", QUIET_EXPECTED, "from", "to");
    @Nullable String from = both.get("from");
    @Nullable String to = both.get("to");
    if (from == null || to == null) {
      return;
    }
    @Nullable LocalTime begin = time("quietHours.from", from);
    @Nullable LocalTime end = time("quietHours.to", to);
    if (begin == null || end == null) {
      return;
    }
    try {
      quietHours = new QuietHours(begin, end);
      seen.add("quietHours");
    } catch (InvalidValueException e) {
      errors.accept(FieldError.of("quietHours", e));
    }
  }

  private @Nullable LocalTime time(String field, String text) {
    try {
      return QuietHours.time(field, text);
    } catch (InvalidValueException e) {
      errors.accept(FieldError.of(field, e));
      return null;
    }
  }

  /** Reads an object with these members, each of them a text; empty if it is another. */
  private Map<String, String> texts(
      JsonParser parser, String field, String expected, String... names) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    boolean wrong = false;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      boolean known = List.of(names).contains(name);
      if (parser.nextToken() == JsonToken.VALUE_STRING && known) {
        texts.put(name, parser.getText());
      } else {
        wrong = true;
        errors.accept(
            known
                ? new FieldError(field + '.' + name, JsonType.of(parser), "a string")
                : FieldError.of(field, name, expected));
        parser.skipChildren();
      }
    }
    if (!wrong && texts.size() < names.length) {
      errors.accept(new FieldError(field, texts.size() + " members", expected));
      wrong = true;
    }
    return wrong ? Map.of() : texts;
  }

  /** Takes the bytes of a payload that is an object, and its language tag. */
  void payload(String tag, byte[] bytes) {
    seen.add(LOCALIZED);
    if (payloads.size() == LocalizedPayloads.MOST) {
      errors.accept(
          new FieldError(
              LOCALIZED, "more than " + payloads.size(), "at most " + LocalizedPayloads.MOST));
      return;
    }
    try {
      if (payloads.put(LanguageTag.parse(tag).value(), bytes) != null) {
        errors.accept(FieldError.of(LOCALIZED, tag, "each language tag once, in any case"));
      }
    } catch (InvalidValueException e) {
      errors.accept(FieldError.of(LOCALIZED, e));
    }
  }

  /** Takes what stands in place of a payload. */
  void noPayload(String tag, JsonParser parser) throws IOException {
    errors.accept(
        FieldError.of(LOCALIZED, tag + ": " + JsonType.of(parser), "a JSON object for each"));
    parser.skipChildren();
  }

  /** Reports payloads that are too large, or that a push type excludes. */
  void check(JsonPayload rules, PushType type) {
    int max = JsonPayload.maxBytes(type);
    payloads.forEach((tag, bytes) -> {
      if (bytes.length > max) {
        errors.accept(
            new FieldError(
                LOCALIZED + '.' + tag, bytes.length + " bytes", "at most " + max + " bytes"));
      } else if (rules.contradicts(bytes, type)) {
        errors.accept(
            new FieldError(
                LOCALIZED + '.' + tag,
                "an alert, a sound or a badge",
                "none of them where pushType is background"));
      }
    });
  }

  /** Reports that these members cannot be, because it is not for one device. */
  void refuseFor(String target) {
    seen.stream()
        .distinct()
        .forEach(field ->
            errors.accept(new FieldError(field, "there", "none where target is " + target)));
  }

  /** Returns whether its time is one on the device's clock. */
  boolean hasTime() {
    return deliverAt != null;
  }

  /**
   * @param ttlSeconds not positive: none that begins then
   */
  LocalTimes times(long ttlSeconds) {
    if (deliverAt == null && quietHours == null) {
      return LocalTimes.NONE;
    }
    return new LocalTimes(
        deliverAt,
        deliverAt == null || ttlSeconds <= 0 ? null : Duration.ofSeconds(ttlSeconds),
        quietHours);
  }

  /** Returns the payloads by their language tags, in the order of these. */
  Map<String, byte[]> payloads() {
    return payloads;
  }

  /** Returns all of it as texts, by which a request is told from another; none if there is none. */
  List<String> prints() {
    List<String> prints = new ArrayList<>();
    if (deliverAt != null) {
      prints.add("local " + deliverAt.toField());
    }
    if (quietHours != null) {
      prints.add("quiet " + quietHours.toField());
    }
    payloads.forEach((tag, bytes) -> prints.add(tag + " " + Fingerprint.of(bytes)));
    return prints;
  }
}
