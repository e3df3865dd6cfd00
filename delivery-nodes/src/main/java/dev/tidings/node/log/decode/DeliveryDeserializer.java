package dev.tidings.node.log.decode;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.CollapseId;
import dev.tidings.schemas.value.Expiration;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.NotificationId.WithdrawalId;

/**
 * Decodes deliveries, and rejects those that could not be pushed, because other programs may write
 * to the topic. For one thread.
 */
public final class DeliveryDeserializer {
  private final AvroDeserializer<Delivery> deserializer;

  public DeliveryDeserializer(RegistryClient registry) {
    this.deserializer = AvroDeserializer.unlessAway(registry, Delivery.class);
  }

  /**
   * Decodes a delivery; waits for a registry for one second at most.
   *
   * @throws UnreadableRecordException if the bytes are not a delivery, or have impossible values; a
   *     record that is unreadable because no registry knows its schema may be readable later
   * @throws dev.tidings.schemas.registry.client.RegistryException.Unavailable if the writer's
   *     schema cannot be fetched at the moment
   */
  public Delivery read(byte[] value) {
    Delivery delivery = deserializer.read(value);
    try {
      checkId(delivery.getId());
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

  private static void checkId(String id) {
    if (WithdrawalId.isOne(id)) {
      WithdrawalId.parse(id);
    } else {
      new NotificationId(id);
    }
  }
}
