package dev.tidings.schemas.registry;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.avro.Subscription;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * The only classes a schema may name. A schema comes from outside, so its names are looked up here
 * and never loaded; Avro's own list of trusted classes, which is global to the process, stays as it
 * is.
 */
final class OwnRecords extends SpecificData {
  private static final Map<String, Class<?>> CLASSES =
      Stream.of(
              Notification.class,
              Registration.class,
              Revocation.class,
              Generation.class,
              Subscription.class,
              Delivery.class,
              Receipt.class,
              Outcome.class,
              Step.class,
              StepName.class)
          .collect(Collectors.toUnmodifiableMap(Class::getName, Function.identity()));

  /** One for all: it is not changed any more, and keeps what it has found out of classes. */
  static final OwnRecords INSTANCE = new OwnRecords();

  private OwnRecords() {
    // Fields written and read by the generated classes themselves, not looked up one by one.
    setCustomCoders(true);
  }

  @Override
  public @Nullable Class<?> getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> CLASSES.get(schema.getFullName());
      default -> super.getClass(schema);
    };
  }
}
