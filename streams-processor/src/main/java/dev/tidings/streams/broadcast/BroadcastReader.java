package dev.tidings.streams.broadcast;

import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.BroadcastKey;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.BroadcastSpread;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.JsonPayload;
import dev.tidings.schemas.value.TopicCondition;
import dev.tidings.streams.read.NotificationReader;
import dev.tidings.streams.read.RegistryRetry;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the records of {@code broadcasts}. For one thread at a time. */
final class BroadcastReader {
  private final AvroDeserializer<Broadcast> values;
  private final NotificationReader notifications;
  private final RegistryRetry patience;

  BroadcastReader(RegistryClient registry, RegistryRetry patience) {
    this.values = AvroDeserializer.atOnce(registry, Broadcast.class);
    this.notifications = new NotificationReader(registry);
    this.patience = patience;
  }

  /**
   * Decodes a record, however long that takes while no registry answers.
   *
   * @throws UnreadableRecordException if it cannot be decoded
   */
  private Broadcast decode(byte[] value) {
    return patience.ask(() -> values.read(value));
  }

  /**
   * Returns how far a partition has come; empty if the record does not say.
   *
   * @throws UnreadableRecordException if it may say so later: its schema is not known yet
   */
  Optional<Progress> progress(byte @Nullable [] value) {
    try {
      return value == null ? Optional.empty() : Optional.of(Progress.of(decode(value)));
    } catch (UnreadableRecordException e) {
      if (e.mayBeReadLater()) {
        throw e;
      }
      return Optional.empty();
    }
  }

  /** The same, but empty as well if the record may say so later. */
  Optional<Progress> progressIfKnown(byte @Nullable [] value) {
    try {
      return progress(value);
    } catch (UnreadableRecordException e) {
      return Optional.empty();
    }
  }

  /**
   * Returns whether what is known is beyond what a record says. One that can't be read yet says
   * nothing against one that has ended.
   */
  boolean isBeyond(Progress known, byte[] value) {
    try {
      return known.isBeyond(progress(value).orElse(Progress.NONE));
    } catch (UnreadableRecordException e) {
      return known.endedAt() != null;
    }
  }

  /** Returns the app for which a record is; empty if it does not say, or cannot be read. */
  String app(byte[] value) {
    try {
      return decode(value).getApp();
    } catch (UnreadableRecordException e) {
      return "";
    }
  }

  /** Returns the end of a broadcast of which nothing was sent. */
  static Broadcast unsent(String app, String condition, String ending, long now) {
    return Broadcast.newBuilder()
        .setApp(app)
        .setCondition(condition)
        .setSeen(0L)
        .setSent(0L)
        .setEndedAt(now)
        .setEnding(ending)
        .build();
  }

  /** Returns the end of a broadcast that is not valid; empty if it cannot be decoded either. */
  Optional<Broadcast> rejected(byte[] value, long now) {
    try {
      Broadcast read = decode(value);
      return Optional.of(unsent(read.getApp(), read.getCondition(), FanOut.REJECTED, now));
    } catch (UnreadableRecordException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads what is to be sent.
   *
   * @throws UnreadableRecordException if it cannot be decoded
   * @throws InvalidValueException if a value is invalid
   */
  BroadcastJob request(BroadcastKey key, byte[] value) {
    Broadcast read = decode(value);
    @Nullable Notification notification = read.getNotification();
    if (notification == null) {
      throw new InvalidValueException("notification", "none", "what is to be sent");
    }
    if (!notification.getId().equals(key.id().value())) {
      throw new InvalidValueException("id", notification.getId(), "that of the record's key");
    }
    AppId app = new AppId(read.getApp());
    if (!notification.getApp().equals(app.value())) {
      throw new InvalidValueException("app", notification.getApp(), "that of the topics");
    }
    TopicCondition condition = TopicCondition.parse(read.getCondition());
    @Nullable Long notBefore = notification.getDeliverAt();
    BroadcastJob job =
        new BroadcastJob(
            key.id(),
            app,
            condition,
            notification,
            Expiration.ofField(notification.getExpiration()),
            notBefore == null ? 0 : notBefore,
            BroadcastSpread.ofField(read.getSpreadMillis()).millis());
    if (job.forgets()) {
      return job;
    }
    if (condition.sources().stream().allMatch(BroadcastTopic::isChannel)) {
      notifications.checkValues(notification, JsonPayload.MAX_CHANNEL_BYTES);
    } else {
      notifications.checkValues(notification);
    }
    checkForAll(notification);
    return job;
  }

  /** Returns the same; null if it can't be read, or not yet, or a value is invalid. */
  @Nullable BroadcastJob requestIfKnown(BroadcastKey key, byte[] value) {
    try {
      return request(key, value);
    } catch (UnreadableRecordException | InvalidValueException e) {
      // It is dealt with when it is its turn.
      return null;
    }
  }

  /** What depends on the device is not kept for many: to leave it out would send at night. */
  private static void checkForAll(Notification notification) {
    refuse("quietHours", notification.getQuietHours());
    refuse("localDeliverAt", notification.getLocalDeliverAt());
    refuse("localTtl", notification.getLocalTtl());
    refuse("localized", notification.getLocalized());
    refuse("device", notification.getDevice());
  }

  private static void refuse(String field, @Nullable Object value) {
    if (value != null) {
      throw new InvalidValueException(field, "set", "none in a broadcast");
    }
  }
}
