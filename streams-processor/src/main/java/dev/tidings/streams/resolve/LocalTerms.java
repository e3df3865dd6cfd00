package dev.tidings.streams.resolve;

import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.LanguageTag;
import dev.tidings.schemas.value.LocalDeliveryTime;
import dev.tidings.schemas.value.QuietHours;
import dev.tidings.streams.read.ReadResult;
import dev.tidings.streams.read.RegistrationReader.Destination;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a notification leaves to its device's registration: from the time zone when it is sent, and
 * from the locale which of its payloads.
 */
final class LocalTerms {
  private LocalTerms() {}

  /** Returns whether the device's time zone has a say in when it is sent. */
  static boolean areTimed(Notification notification) {
    return notification.getLocalDeliverAt() != null || notification.getQuietHours() != null;
  }

  /**
   * Returns a notification whose local time, if it has one, is that instant in the device's zone.
   *
   * @throws dev.tidings.schemas.value.InvalidValueException if it is too far ahead
   */
  static ReadResult.Valid timed(ReadResult.Valid valid, Destination destination, long now) {
    Notification notification = valid.notification();
    @Nullable String local = notification.getLocalDeliverAt();
    if (local == null) {
      return valid;
    }
    DeliveryTime at = LocalDeliveryTime.parse("localDeliverAt", local).in(destination.zone());
    at.check(now);
    @Nullable Long ttl = notification.getLocalTtl();
    Notification.Builder timed =
        Notification.newBuilder(notification)
            .setLocalDeliverAt(null)
            .setLocalTtl(null)
            .setDeliverAt(at.millis());
    if (ttl != null) {
      timed.setExpiration(Math.max(now, at.millis()) + ttl);
    }
    return valid.with(timed.build());
  }

  /**
   * Returns until when a {@linkplain #timed} notification is to be held back, in ms since the
   * epoch; now if it is not.
   */
  static long heldUntil(Notification timed, Destination destination, long now) {
    long at = Math.max(now, DeliveryTime.ofField(timed.getDeliverAt()).millis());
    @Nullable String quiet = timed.getQuietHours();
    return quiet == null ? at : QuietHours.parse(quiet).endOf(at, destination.zone()).orElse(at);
  }

  /** Returns a notification that has, of its payloads, the one for the device's locale. */
  static ReadResult.Valid localized(ReadResult.Valid valid, Destination destination) {
    Notification notification = valid.notification();
    @Nullable Map<String, ByteBuffer> payloads = notification.getLocalized();
    if (payloads == null) {
      return valid;
    }
    @Nullable String locale = destination.locale();
    ByteBuffer payload =
        locale == null
            ? notification.getPayload()
            : LanguageTag.lookup(locale, payloads.keySet())
                .map(payloads::get)
                .orElse(notification.getPayload());
    return valid.with(
        Notification.newBuilder(notification).setPayload(payload).setLocalized(null).build());
  }
}
