package dev.tidings.node.log;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.UnreadableRecordException;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;

/**
 * Reads deliveries, and lets none pass that could not be pushed: anybody may write to the log. For
 * one thread.
 */
public final class Deliveries {
  private final AvroDeserializer<Delivery> deserializer;

  public Deliveries(RegistryClient registry) {
    this.deserializer = AvroDeserializer.unlessAway(registry, Delivery.class);
  }

  /**
   * Reads one, and waits for a registry for a second at most.
   *
   * @throws UnreadableRecordException if the bytes are no delivery, or one with impossible values;
   *     what it finds unreadable because no registry knows its schema may be readable later
   * @throws dev.tidings.schemas.registry.RegistryException.Unavailable if the writer's schema can't
   *     be had at the moment
   */
  public Delivery read(byte[] value) {
    Delivery delivery = deserializer.read(value);
    try {
      new NotificationId(delivery.getId());
      new AppId(delivery.getApp());
      Expiration.ofField(delivery.getExpiration());
      if (delivery.getCollapseId() != null) {
        new CollapseId(delivery.getCollapseId());
      }
    } catch (InvalidValueException e) {
      throw new UnreadableRecordException(String.valueOf(e.getMessage()), e);
    }
    return delivery;
  }
}
