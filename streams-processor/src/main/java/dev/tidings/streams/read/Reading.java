package dev.tidings.streams.read;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** What a record of the notifications topic turned out to be. */
public sealed interface Reading {

  /** A notification to be resolved: everything in it is valid. */
  record Valid(
      NotificationId id, Token token, AppId app, Expiration expiration, Notification notification)
      implements Reading {}

  /**
   * One that was written with a schema no registry knows, which its provider may only just have
   * told one of them.
   *
   * @param otherwise what it is if that does not change
   */
  record NotYet(Token token, Refused otherwise) implements Reading {}

  /**
   * Nothing that can be delivered, now or ever.
   *
   * @param why names the value and what was expected
   * @param notification as far as it could be read
   * @param token where the key is one
   */
  record Refused(String why, @Nullable Notification notification, @Nullable Token token)
      implements Reading {
    private static final int MAX_ID_BYTES = 128;

    /** The key of its receipt: the id as the provider wrote it, if it can be a key at all. */
    public byte @Nullable [] receiptKey() {
      if (notification == null) {
        return null;
      }
      byte[] id = notification.getId().getBytes(StandardCharsets.UTF_8);
      return id.length == 0 || id.length > MAX_ID_BYTES
          ? null
          : ReceiptKey.of(readable(notification.getId()), token == null ? null : token.hex());
    }

    private static String readable(String id) {
      try {
        return NotificationId.parse(id).value();
      } catch (InvalidValueException e) {
        return id;
      }
    }
  }
}
