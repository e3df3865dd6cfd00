package dev.tidings.streams.read;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The result of reading a record of the notifications topic. */
public sealed interface ReadResult {

  /** A notification to be resolved: everything in it is valid. */
  record Valid(
      NotificationId id, Token token, AppId app, Expiration expiration, Notification notification)
      implements ReadResult {

    /** Returns the same with other values that its id, token and app do not depend on. */
    public Valid with(Notification changed) {
      return new Valid(id, token, app, Expiration.ofField(changed.getExpiration()), changed);
    }
  }

  /**
   * A record that takes an earlier notification back.
   *
   * @param id its own
   * @param withdrawn the id of the notification
   */
  record Withdrawal(
      NotificationId id,
      NotificationId withdrawn,
      Token token,
      AppId app,
      Notification notification)
      implements ReadResult {}

  /**
   * A record that has the device of its token join or leave a broadcast topic.
   *
   * @param id its own
   * @param joins whether it is to join the topic; if not, to leave it
   */
  record TopicChange(
      NotificationId id,
      Token token,
      AppId app,
      BroadcastTopic topic,
      boolean joins,
      Notification notification)
      implements ReadResult {}

  /**
   * A record whose schema no registry knows yet; its provider may just have registered it with one
   * of them.
   *
   * @param otherwise the result if the schema stays unknown
   */
  record SchemaMissing(Token token, Invalid otherwise) implements ReadResult {}

  /**
   * A record that can never be delivered.
   *
   * @param why names the value and what was expected
   * @param notification as far as it could be read
   * @param token the key, if it is a token
   */
  record Invalid(String why, @Nullable Notification notification, @Nullable Token token)
      implements ReadResult {
    private static final int MAX_ID_BYTES = 128;

    /**
     * Returns the key of its receipt: the id as the provider wrote it; null if it cannot be a key,
     * could be taken for that of another notification, or is that of no notification.
     */
    public byte @Nullable [] receiptKey() {
      if (notification == null
          || notification.getJoins() != null
          || notification.getLeaves() != null) {
        return null;
      }
      byte[] id = notification.getId().getBytes(StandardCharsets.UTF_8);
      boolean mistakable = token == null && ReceiptKey.isMistakable(notification.getId());
      return mistakable || id.length == 0 || id.length > MAX_ID_BYTES
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
