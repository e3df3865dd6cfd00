package dev.tidings.streams.read;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.UnreadableRecordException;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Priority;
import dev.tidings.schemas.value.PushType;
import dev.tidings.schemas.value.Token;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Reads notifications. Providers may write to the log themselves, so nothing is taken on trust. For
 * one thread at a time.
 */
public final class NotificationReader {
  private final AvroDeserializer<Notification> values;
  private final JsonPayload payloads = new JsonPayload();

  public NotificationReader(RegistryClient registry) {
    this.values = new AvroDeserializer<>(registry, Notification.class);
  }

  /**
   * Reads a record.
   *
   * @throws dev.tidings.schemas.registry.RegistryException.Unavailable if it can't be told at the
   *     moment; nothing else is thrown for what is in the record
   */
  public Reading read(byte @Nullable [] key, byte @Nullable [] value) {
    @Nullable Token token = null;
    @Nullable Notification notification = null;
    try {
      if (value == null) {
        throw new InvalidValueException("value", "none", "a Notification");
      }
      notification = values.read(value);
      token = token(key);
      return valid(token, notification);
    } catch (UnreadableRecordException e) {
      return new Reading.Refused("value: " + e.getMessage(), null, tokenOrNull(key));
    } catch (InvalidValueException e) {
      return new Reading.Refused(String.valueOf(e.getMessage()), notification, token);
    }
  }

  private Reading valid(Token token, Notification notification) {
    NotificationId id = new NotificationId(notification.getId());
    AppId app = new AppId(notification.getApp());
    Expiration expiration = Expiration.ofField(notification.getExpiration());
    PushType type = PushType.of(notification.getPushType());
    // Made to see that they can be; they travel on as they are.
    Priority _ = Priority.of(notification.getPriority());
    if (notification.getCollapseId() != null) {
      CollapseId _ = new CollapseId(notification.getCollapseId());
    }
    check(notification.getPayload(), type);
    return new Reading.Valid(id, token, app, expiration, notification);
  }

  private void check(ByteBuffer payload, PushType type) {
    // What it is stays out of messages: it is nobody's business but the app's.
    String length = payload.remaining() + " bytes";
    int max = JsonPayload.maxBytes(type);
    if (payload.remaining() > max) {
      throw new InvalidValueException("payload", length, "at most " + max + " bytes");
    }
    if (!payloads.isObject(payload)) {
      throw new InvalidValueException(
          "payload",
          length,
          "a JSON object in UTF-8, nested at most " + JsonPayload.MAX_NESTING + " deep");
    }
  }

  private static Token token(byte @Nullable [] key) {
    if (key == null) {
      throw new InvalidValueException("key", "none", "a device token");
    }
    return new Token(new String(key, StandardCharsets.UTF_8));
  }

  private static @Nullable Token tokenOrNull(byte @Nullable [] key) {
    try {
      return token(key);
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
