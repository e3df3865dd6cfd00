package dev.tidings.streams.read;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.token.DeviceAddress;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Category;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.LocalDeliveryTime;
import dev.tidings.schemas.value.LocalizedPayloads;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.QuietHours;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads notifications. Providers may write to the log themselves, so everything is validated. For
 * one thread at a time.
 */
public final class NotificationReader {
  // Ten times the largest payload: later topics must be able to hold it.
  private static final int MAX_BYTES = 64 * 1024;

  /**
   * What this service adds when it writes a record again: a time when it goes on to a device's
   * token, and a time and its name when it is scheduled.
   */
  private static final int ADDED_BYTES = 1024;

  /**
   * How many fields the schema has got since its first version; each may be null, and is one byte 0
   * then.
   */
  private static final int ADDED_FIELDS = 14;

  private static final long MOST_TTL_MILLIS = Duration.ofDays(3_650).toMillis();

  private final AvroDeserializer<Notification> values;
  private final JsonPayload payloads = new JsonPayload();

  public NotificationReader(RegistryClient registry) {
    this.values = AvroDeserializer.atOnce(registry, Notification.class);
  }

  /**
   * Reads a record.
   *
   * @throws dev.tidings.schemas.registry.client.RegistryException.Unavailable if the writer's
   *     schema is not available at the moment; the content of the record causes no other exception
   */
  public ReadResult read(byte @Nullable [] key, byte @Nullable [] value) {
    @Nullable Token token = null;
    @Nullable Notification notification = null;
    try {
      if (value == null) {
        throw new InvalidValueException("value", "none", "a Notification");
      }
      notification = decode(value);
      @Nullable NotificationId id = normaliseId(notification);
      token = token(key);
      int most = maxBytes(notification);
      if (value.length > most) {
        throw new InvalidValueException(
            "value", value.length + " bytes", "at most " + most + " bytes");
      }
      return valid(id == null ? new NotificationId(notification.getId()) : id, token, notification);
    } catch (UnreadableRecordException e) {
      @Nullable Token known = tokenOrNull(key);
      ReadResult.Invalid invalid = unreadable(e, value, known);
      return e.mayBeReadLater() && known != null
          ? new ReadResult.SchemaMissing(known, invalid)
          : invalid;
    } catch (InvalidValueException e) {
      return new ReadResult.Invalid(String.valueOf(e.getMessage()), notification, token);
    }
  }

  /**
   * Decodes a value. One that ends where the first version of the schema ended, though it names a
   * later one, is read as if the fields added since were null: providers that write Avro without a
   * library, and name the latest schema of the registry, go on working when that gets a field.
   */
  private Notification decode(byte[] value) {
    try {
      return values.read(value);
    } catch (UnreadableRecordException e) {
      if (e.mayBeReadLater() || value.length > MAX_BYTES) {
        throw e;
      }
      try {
        return values.read(Arrays.copyOf(value, value.length + ADDED_FIELDS));
      } catch (UnreadableRecordException second) {
        throw e;
      }
    }
  }

  /**
   * Returns the result for a record with an unknown schema. Most likely its id is where our schema
   * has it; then the provider gets a receipt.
   */
  private ReadResult.Invalid unreadable(
      UnreadableRecordException e, byte @Nullable [] value, @Nullable Token token) {
    @Nullable Notification guess = null;
    if (e.mayBeReadLater() && value != null) {
      try {
        Notification read = values.guess(value);
        read.put("id", NotificationId.parse(read.getId()).value());
        guess = read;
      } catch (UnreadableRecordException | InvalidValueException none) {
        guess = null;
      }
    }
    return new ReadResult.Invalid("value: " + e.getMessage(), guess, token);
  }

  /**
   * Normalises an id as providers over HTTP may write it, because other producers may do the same.
   *
   * @return null if it is none: it is left unchanged, and refused after all else that is looked at
   */
  private static @Nullable NotificationId normaliseId(Notification notification) {
    String written = notification.getId();
    try {
      NotificationId id = NotificationId.parse(written);
      if (!id.value().equals(written)) {
        notification.put("id", id.value());
      }
      return id;
    } catch (InvalidValueException e) {
      return null;
    }
  }

  /** What was taken once is not refused for what was added to it since. */
  private static int maxBytes(Notification notification) {
    int most = MAX_BYTES;
    if (notification.getAcceptedAt() != null) {
      most += ADDED_BYTES;
    }
    if (notification.getScheduledAt() != null) {
      most += ADDED_BYTES;
    }
    return most;
  }

  private ReadResult valid(NotificationId id, Token token, Notification notification) {
    AppId app = new AppId(notification.getApp());
    if (notification.getJoins() != null || notification.getLeaves() != null) {
      return topicChange(id, token, app, notification);
    }
    @Nullable String withdrawn = notification.getWithdraws();
    if (withdrawn != null) {
      NotificationId which = NotificationId.parse(withdrawn);
      // The device is told it with what is taken back.
      Priority _ = Priority.of(notification.getPriority());
      return new ReadResult.Withdrawal(id, which, token, app, notification);
    }
    @Nullable String device = notification.getDevice();
    if (device != null && !DeviceAddress.of(new DeviceId(device), app).equals(token)) {
      throw new InvalidValueException("key", token.toString(), "the address of its device and app");
    }
    Expiration expiration = Expiration.ofField(notification.getExpiration());
    checkValues(notification);
    return new ReadResult.Valid(id, token, app, expiration, notification);
  }

  private static ReadResult topicChange(
      NotificationId id, Token token, AppId app, Notification notification) {
    @Nullable String joins = notification.getJoins();
    @Nullable String leaves = notification.getLeaves();
    if (joins != null && leaves != null) {
      throw new InvalidValueException("leaves", leaves, "null where joins is not");
    }
    BroadcastTopic topic = new BroadcastTopic(String.valueOf(joins == null ? leaves : joins));
    topic.checkProvided();
    return new ReadResult.TopicChange(id, token, app, topic, joins != null, notification);
  }

  /**
   * Checks what a notification carries, whoever it is for.
   *
   * @throws InvalidValueException if a value is invalid
   */
  public void checkValues(Notification notification) {
    checkValues(notification, JsonPayload.maxBytes(PushType.of(notification.getPushType())));
  }

  /**
   * Checks the same.
   *
   * @param most how many bytes its payload may have
   * @throws InvalidValueException if a value is invalid
   */
  public void checkValues(Notification notification, int most) {
    PushType _ = PushType.of(notification.getPushType());
    // Parsed only to validate them; the record keeps the original text.
    Priority _ = Priority.of(notification.getPriority());
    if (notification.getCollapseId() != null) {
      CollapseId _ = new CollapseId(notification.getCollapseId());
    }
    if (notification.getCategory() != null) {
      Category _ = new Category(notification.getCategory());
    }
    check(notification.getPayload(), most);
    checkLocalTimes(notification);
    @Nullable Map<String, ByteBuffer> localized = notification.getLocalized();
    if (localized != null) {
      LocalizedPayloads.checkTags(localized.keySet());
      localized.values().forEach(payload -> check(payload, most));
    }
  }

  private static void checkLocalTimes(Notification notification) {
    @Nullable String local = notification.getLocalDeliverAt();
    if (local != null) {
      LocalDeliveryTime _ = LocalDeliveryTime.parse("localDeliverAt", local);
      if (notification.getDeliverAt() != null) {
        throw new InvalidValueException("localDeliverAt", local, "none where deliverAt is set");
      }
    }
    @Nullable Long ttl = notification.getLocalTtl();
    if (ttl != null && (local == null || ttl <= 0 || ttl > MOST_TTL_MILLIS)) {
      throw new InvalidValueException(
          "localTtl", Long.toString(ttl), "1 to " + MOST_TTL_MILLIS + ", with localDeliverAt");
    }
    @Nullable String quiet = notification.getQuietHours();
    if (quiet != null) {
      QuietHours _ = QuietHours.parse(quiet);
    }
  }

  private void check(ByteBuffer payload, int max) {
    if (payload.remaining() > max) {
      throw invalid(payload, "at most " + max + " bytes");
    }
    if (!payloads.isObject(payload)) {
      throw invalid(
          payload, "a JSON object in UTF-8, nested at most " + JsonPayload.MAX_NESTING + " deep");
    }
  }

  /** The payload stays out of messages: it is private to the app. */
  private static InvalidValueException invalid(ByteBuffer payload, String expected) {
    return new InvalidValueException("payload", payload.remaining() + " bytes", expected);
  }

  private static Token token(byte @Nullable [] key) {
    if (key == null) {
      throw new InvalidValueException("key", "none", "a device token");
    }
    return Token.ofKey(key);
  }

  private static @Nullable Token tokenOrNull(byte @Nullable [] key) {
    try {
      return token(key);
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
