package dev.tidings.schemas.registry.client;

import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes are not a record of the expected type and never will be: they belong in the dead-letter
 * topic.
 */
public final class UnreadableRecordException extends SerializationException {
  private static final long serialVersionUID = 1L;

  private final boolean schemaUnknown;

  private UnreadableRecordException(
      String message, @Nullable Throwable cause, boolean schemaUnknown) {
    super(message, cause);
    this.schemaUnknown = schemaUnknown;
  }

  public UnreadableRecordException(String message) {
    super(message);
    this.schemaUnknown = false;
  }

  public UnreadableRecordException(String message, Throwable cause) {
    this(message, cause, false);
  }

  public static UnreadableRecordException ofUnknownSchema(String message, Throwable cause) {
    return new UnreadableRecordException(message, cause, true);
  }

  /** As {@link #ofUnknownSchema(String, Throwable)}. */
  public static UnreadableRecordException ofUnknownSchema(String message) {
    return new UnreadableRecordException(message, null, true);
  }

  /**
   * Returns whether the only reason is that no registry knows the writer's schema, or that it gives
   * the schema of another record type for it. That can be temporary: one registry may have the
   * schema already, and the others not yet; or it may have lost what it had.
   */
  public boolean isSchemaUnknown() {
    return schemaUnknown;
  }
}
