package dev.tidings.ingest.send;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.tidings.ingest.accept.NewNotification;
import dev.tidings.ingest.broadcast.NewBroadcast;
import dev.tidings.ingest.json.JsonType;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastSpread;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import dev.tidings.schemas.value.TopicCondition;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The members of one notification, as they are read, and everything that is wrong with them; null
 * counts as absent. For one use.
 */
final class SendFields {
  static final String PAYLOAD = "payload";

  /** The names of all members, in the order in which messages list them. */
  static final List<String> NAMES =
      List.of(
          "target",
          "app",
          PAYLOAD,
          "id",
          "ttl",
          "priority",
          "collapseId",
          "category",
          "pushType",
          "deliverAt",
          "quietHours",
          LocalFields.LOCALIZED,
          "over",
          "dryRun");

  private static final Set<String> TARGET_NAMES = Set.of("token", "device", "topic", "condition");
  private static final String TOKEN = "target.token";
  private static final String TARGET_EXPECTED =
      "one of {\"token\": …}, {\"device\": …}, {\"topic\": …}, {\"condition\": …}";
  private static final long MAX_OVER_SECONDS = BroadcastSpread.LONGEST.toSeconds();
  private static final String OVER_EXPECTED =
      "a whole number of seconds from 0 to " + MAX_OVER_SECONDS;
  private static final long MAX_TTL_SECONDS = 10L * 365 * 24 * 60 * 60;
  private static final String TTL_EXPECTED = "a whole number of seconds from 0 to 315360000";

  private static final long NO_END = -1;
  private static final String TIME_EXPECTED =
      "a time such as 2026-12-31T12:00:00Z, or {\"local\": \"2026-12-24T18:00\"}";
  private static final int MAX_ERRORS = 10;

  private final JsonPayload payloads;
  private final long nowMillis;
  private final List<FieldError> errors = new ArrayList<>();
  private final LocalFields local = new LocalFields(this::error);
  private @Nullable Token token;
  private @Nullable DeviceId device;
  private @Nullable TopicCondition condition;
  private @Nullable Duration over;
  private @Nullable AppId app;
  private byte @Nullable [] payload;
  private @Nullable NotificationId id;
  private long ttlSeconds = NO_END;
  private DeliveryTime deliverAt = DeliveryTime.NOW;
  private @Nullable Priority priority;
  private @Nullable CollapseId collapseId;
  private @Nullable Category category;
  private PushType pushType = PushType.ALERT;
  private boolean dryRun;
  private boolean targetSeen;
  private boolean appSeen;
  private boolean payloadSeen;

  SendFields(JsonPayload payloads, long nowMillis) {
    this.payloads = payloads;
    this.nowMillis = nowMillis;
  }

  /** Takes the bytes of a payload that is an object. */
  void payload(byte[] bytes) {
    payload = bytes;
    payloadSeen = true;
  }

  /** Returns those members that its device's registration decides about. */
  LocalFields local() {
    return local;
  }

  /** Takes a member of whose value the parser has read the first token, and reads all of it. */
  void take(String name, JsonParser parser) throws IOException {
    boolean absent = parser.currentToken() == JsonToken.VALUE_NULL;
    if (!NAMES.contains(name)) {
      error(FieldError.of("member", name, "one of " + String.join(", ", NAMES)));
      parser.skipChildren();
      return;
    }
    if (absent) {
      return;
    }
    switch (name) {
      case "target" -> target(parser);
      case "app" -> {
        appSeen = true;
        app = text("app", parser, AppId::new);
      }
      case PAYLOAD -> {
        payloadSeen = true;
        error(new FieldError(PAYLOAD, JsonType.of(parser), "a JSON object"));
        parser.skipChildren();
      }
      case "id" -> id = text("id", parser, NotificationId::parse);
      case "ttl" -> ttl(parser);
      case "priority" -> priority(parser);
      case "collapseId" -> collapseId = text("collapseId", parser, CollapseId::new);
      case "category" -> category = text("category", parser, Category::new);
      case "pushType" -> {
        PushType read = text("pushType", parser, PushType::of);
        pushType = read == null ? pushType : read;
      }
      case "deliverAt" -> deliverAt(parser);
      case "quietHours" -> local.quietHours(parser);
      case LocalFields.LOCALIZED -> {
        error(
            new FieldError(name, JsonType.of(parser), "an object with a payload by language tag"));
        parser.skipChildren();
      }
      case "over" -> over(parser);
      default -> dryRun(parser);
    }
  }

  private void target(JsonParser parser) throws IOException {
    targetSeen = true;
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      error(new FieldError("target", JsonType.of(parser), TARGET_EXPECTED));
      parser.skipChildren();
      return;
    }
    int found = 0;
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (parser.nextToken() == JsonToken.VALUE_NULL && TARGET_NAMES.contains(name)) {
        // Absent, as everywhere: what has a field for each kind of target writes them all.
        continue;
      }
      found++;
      switch (name) {
        case "token" -> token = text(TOKEN, parser, Token::parse);
        case "device" -> device = text("target.device", parser, DeviceId::new);
        case "topic" -> condition = text("target.topic", parser, NewBroadcast::topic);
        case "condition" -> condition = text("target.condition", parser, NewBroadcast::condition);
        default -> {
          error(FieldError.of("target", name, TARGET_EXPECTED));
          parser.skipChildren();
        }
      }
    }
    if (found != 1) {
      error(new FieldError("target", found + " members", TARGET_EXPECTED));
    }
  }

  private void over(JsonParser parser) throws IOException {
    long seconds = number("over", parser, OVER_EXPECTED);
    if (seconds > MAX_OVER_SECONDS) {
      error(FieldError.of("over", Long.toString(seconds), OVER_EXPECTED));
    } else if (seconds >= 0) {
      over = Duration.ofSeconds(seconds);
    }
  }

  private void ttl(JsonParser parser) throws IOException {
    long seconds = number("ttl", parser, TTL_EXPECTED);
    if (seconds > MAX_TTL_SECONDS) {
      error(FieldError.of("ttl", Long.toString(seconds), TTL_EXPECTED));
    } else if (seconds >= 0) {
      ttlSeconds = seconds;
    }
  }

  private void deliverAt(JsonParser parser) throws IOException {
    if (parser.currentToken() == JsonToken.START_OBJECT) {
      local.deliverAt(parser, nowMillis);
      return;
    }
    DeliveryTime read =
        text(
            "deliverAt",
            parser,
            text -> {
              try {
                return new DeliveryTime(Instant.parse(text).toEpochMilli());
              } catch (DateTimeException | ArithmeticException e) {
                throw new InvalidValueException("deliverAt", text, TIME_EXPECTED);
              }
            });
    if (read == null) {
      return;
    }
    try {
      read.check(nowMillis);
      deliverAt = read;
    } catch (InvalidValueException e) {
      error(FieldError.of("deliverAt", e));
    }
  }

  /** A time to live begins when it is to be delivered. */
  private Expiration expiration() {
    if (ttlSeconds <= 0 || local.hasTime()) {
      return ttlSeconds == 0 ? Expiration.ONCE : Expiration.NEVER;
    }
    return new Expiration(Math.max(nowMillis, deliverAt.millis()) + 1000 * ttlSeconds);
  }

  private void priority(JsonParser parser) throws IOException {
    String expected = "10, 5 or 1";
    long number = number("priority", parser, expected);
    if (number >= 0) {
      try {
        priority = Priority.of((int) Math.min(number, Integer.MAX_VALUE));
      } catch (InvalidValueException e) {
        error(FieldError.of("priority", e));
      }
    }
  }

  /** Returns a whole number that is not negative; -1 if it is none, which is an error. */
  private long number(String field, JsonParser parser, String expected) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NUMBER_INT
        && parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER
        && parser.getLongValue() >= 0) {
      return parser.getLongValue();
    }
    error(
        parser.currentToken().isNumeric()
            ? FieldError.of(field, parser.getText(), expected)
            : new FieldError(field, JsonType.of(parser), expected));
    parser.skipChildren();
    return -1;
  }

  private void dryRun(JsonParser parser) throws IOException {
    if (parser.currentToken().isBoolean()) {
      dryRun = parser.getBooleanValue();
    } else {
      error(new FieldError("dryRun", JsonType.of(parser), "true or false"));
      parser.skipChildren();
    }
  }

  private <T> @Nullable T text(String field, JsonParser parser, Function<String, T> reading)
      throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      error(new FieldError(field, JsonType.of(parser), "a string"));
      parser.skipChildren();
      return null;
    }
    try {
      return reading.apply(parser.getText());
    } catch (InvalidValueException e) {
      error(FieldError.of(field, e));
      return null;
    }
  }

  private void error(FieldError error) {
    // A request has room for thousands, of which nobody reads more.
    if (errors.size() < MAX_ERRORS) {
      errors.add(error);
    }
  }

  /** Returns what was read; to be called after the last member. */
  Reading reading() {
    if (!targetSeen) {
      error(FieldError.missing("target", TARGET_EXPECTED));
    }
    if (!appSeen) {
      error(FieldError.missing("app", "the app of the token, of the device, or of the topics"));
    }
    if (!payloadSeen) {
      error(FieldError.missing(PAYLOAD, "a JSON object"));
    }
    Priority effective = effectivePriority();
    byte[] bytes = payload;
    if (bytes != null && errors.isEmpty()) {
      int max = JsonPayload.maxBytes(pushType);
      if (bytes.length > max) {
        FieldError tooLarge =
            new FieldError(PAYLOAD, bytes.length + " bytes", "at most " + max + " bytes");
        return Refusal.of(HttpResponseStatus.REQUEST_ENTITY_TOO_LARGE, null, List.of(tooLarge), id);
      }
      if (payloads.contradicts(bytes, pushType)) {
        error(
            new FieldError(
                PAYLOAD,
                "an alert, a sound or a badge",
                "none of them where pushType is background"));
      }
    }
    if (errors.isEmpty()) {
      local.check(payloads, pushType);
    }
    if (condition != null) {
      local.refuseFor("a topic or a condition");
    }
    if (condition == null && targetSeen && over != null) {
      error(new FieldError("over", over.toSeconds() + " s", "none where target is one device"));
    }
    if (!errors.isEmpty() || bytes == null || app == null) {
      return Refusal.of(errors, id);
    }
    NotificationId named = id == null ? NotificationId.at(nowMillis) : id;
    if (condition != null) {
      return new BroadcastRequest(
          new NewBroadcast(
              named,
              app,
              condition,
              expiration(),
              effective,
              collapseId,
              pushType,
              deliverAt,
              over == null ? Duration.ZERO : over,
              category),
          bytes,
          dryRun);
    }
    Token key = token == null && device != null ? DeviceAddress.of(device, app) : token;
    if (key == null) {
      return Refusal.of(errors, id);
    }
    return new SendRequest(
        new NewNotification(
            named,
            key,
            device,
            app,
            expiration(),
            effective,
            collapseId,
            pushType,
            deliverAt,
            local.times(ttlSeconds),
            category,
            id == null ? null : fingerprint(app, effective, bytes)),
        bytes,
        local.payloads(),
        dryRun);
  }

  /**
   * Of everything that was asked for, except for the id and the token: the payload as it stands.
   */
  private String fingerprint(AppId of, Priority effective, byte[] bytes) {
    CollapseId collapse = collapseId;
    List<String> values =
        new ArrayList<>(
            List.of(
                of.value(),
                Long.toString(ttlSeconds),
                Integer.toString(effective.number()),
                collapse == null ? "" : collapse.value().length() + ":" + collapse.value(),
                pushType.header(),
                Long.toString(deliverAt.millis())));
    values.addAll(local.prints());
    Category named = category;
    if (named != null) {
      values.add("category:" + named);
    }
    return Fingerprint.of(bytes, values.toArray(String[]::new));
  }

  /** A background push has priority 5, as Apple's documents have it. */
  private Priority effectivePriority() {
    Priority said = priority;
    if (pushType != PushType.BACKGROUND) {
      return said == null ? Priority.IMMEDIATE : said;
    }
    if (said != null && said != Priority.CONSERVE_POWER) {
      error(
          new FieldError(
              "priority",
              Integer.toString(said.number()),
              "5, or none, where pushType is background"));
    }
    return Priority.CONSERVE_POWER;
  }
}
