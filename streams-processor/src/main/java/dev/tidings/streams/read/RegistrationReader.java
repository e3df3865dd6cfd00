package dev.tidings.streams.read;

import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.Token;
import java.time.DateTimeException;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads registrations. For one thread at a time. */
public final class RegistrationReader {
  private final AvroDeserializer<Registration> values;

  public RegistrationReader(RegistryClient registry) {
    this(new AvroDeserializer<>(registry, Registration.class));
  }

  private RegistrationReader(AvroDeserializer<Registration> values) {
    this.values = values;
  }

  /** One that asks each registry once for a schema it does not know, and does not wait for it. */
  public static RegistrationReader atOnce(RegistryClient registry) {
    return new RegistrationReader(AvroDeserializer.atOnce(registry, Registration.class));
  }

  /**
   * The destination of a token: a valid device, and the app as it was registered.
   *
   * @param locale a language tag, if the device has named one
   * @param timeZone the name of a zone, likewise
   * @param current the token that the device has now, where this is of its address and no token
   */
  public record Destination(
      DeviceId device,
      String app,
      @Nullable String locale,
      @Nullable String timeZone,
      @Nullable Token current) {

    /** Returns its time zone: UTC if it has named none, or one that is not known here. */
    public ZoneId zone() {
      if (timeZone == null) {
        return ZoneOffset.UTC;
      }
      try {
        return ZoneId.of(timeZone);
      } catch (DateTimeException e) {
        return ZoneOffset.UTC;
      }
    }
  }

  /**
   * Reads a registration; empty if the bytes are not one. The table is restored from the log byte
   * for byte, so it may contain invalid records.
   *
   * @throws dev.tidings.schemas.registry.client.RegistryException.Unavailable if the writer's
   *     schema is not available at the moment
   */
  public Optional<Destination> read(byte[] value) {
    try {
      Registration registration = values.read(value);
      return Optional.of(
          new Destination(
              new DeviceId(registration.getDevice()),
              registration.getApp(),
              registration.getLocale(),
              registration.getTimeZone(),
              registration.getToken() == null ? null : new Token(registration.getToken())));
    } catch (UnreadableRecordException | InvalidValueException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether it is only that no registry knows the schema it was written with: it may be read later.
   *
   * @throws dev.tidings.schemas.registry.client.RegistryException.Unavailable if it can't be told
   *     now
   */
  public boolean isOfUnknownSchema(byte[] value) {
    try {
      values.read(value);
      return false;
    } catch (UnreadableRecordException e) {
      return e.mayBeReadLater();
    }
  }
}
