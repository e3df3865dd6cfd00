package dev.tidings.node.register;

import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;

/**
 * Tells whether the value of a record of {@code revocations} is one: anything else, under whichever
 * token, would end the notifications of a token that nobody has revoked. For one thread.
 */
public final class RevocationCheck {
  private final AvroDeserializer<Revocation> atOnce;
  private final AvroDeserializer<Revocation> persistent;

  public RevocationCheck(RegistryClient registry) {
    atOnce = AvroDeserializer.unlessAway(registry, Revocation.class);
    persistent = new AvroDeserializer<>(registry, Revocation.class);
  }

  /** Returns whether it is one; also if it may be one, and no registry can be asked. */
  boolean isOne(byte[] value) {
    try {
      atOnce.read(value);
      return true;
    } catch (UnreadableRecordException e) {
      // A registry may only just have been told of the schema.
      return e.isSchemaUnknown() && isOneAfterAll(value);
    } catch (RegistryException e) {
      return true;
    }
  }

  private boolean isOneAfterAll(byte[] value) {
    try {
      persistent.read(value);
      return true;
    } catch (UnreadableRecordException e) {
      return false;
    } catch (RegistryException e) {
      return true;
    }
  }
}
