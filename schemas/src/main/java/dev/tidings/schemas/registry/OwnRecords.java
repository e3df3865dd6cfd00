package dev.tidings.schemas.registry;

import dev.tidings.schemas.avro.Administrator;
import dev.tidings.schemas.avro.ApiKey;
import dev.tidings.schemas.avro.App;
import dev.tidings.schemas.avro.AuditEntry;
import dev.tidings.schemas.avro.Broadcast;
import dev.tidings.schemas.avro.Channel;
import dev.tidings.schemas.avro.DailyCap;
import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.ErasedToken;
import dev.tidings.schemas.avro.Erasure;
import dev.tidings.schemas.avro.ErasureState;
import dev.tidings.schemas.avro.ErasureStep;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Issuer;
import dev.tidings.schemas.avro.Limit;
import dev.tidings.schemas.avro.Membership;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.OrderedReplay;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.ProviderKey;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.avro.ReplayProgress;
import dev.tidings.schemas.avro.Revocation;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.avro.Team;
import dev.tidings.schemas.avro.Webhook;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.data.TimeConversions;
import org.apache.avro.specific.SpecificData;
import org.jspecify.annotations.Nullable;

/**
 * The only classes that a schema may name. Schemas come from outside, so class names in them are
 * looked up here and never loaded; Avro's own list of trusted classes, which is global to the
 * process, is not changed.
 */
final class OwnRecords extends SpecificData {
  private static final Map<String, Class<?>> CLASSES =
      Stream.of(
              Notification.class,
              Registration.class,
              Revocation.class,
              Generation.class,
              Subscription.class,
              Membership.class,
              Broadcast.class,
              Channel.class,
              Erasure.class,
              ErasureState.class,
              ErasureStep.class,
              ErasedToken.class,
              OrderedReplay.class,
              ReplayOrder.class,
              ReplayProgress.class,
              Delivery.class,
              Receipt.class,
              Outcome.class,
              Step.class,
              StepName.class,
              App.class,
              Team.class,
              ProviderKey.class,
              ApiKey.class,
              Administrator.class,
              Limit.class,
              DailyCap.class,
              Issuer.class,
              Webhook.class,
              AuditEntry.class)
          .collect(Collectors.toUnmodifiableMap(Class::getName, Function.identity()));

  /** The shared instance: effectively immutable, caches reflection results. */
  static final OwnRecords INSTANCE = new OwnRecords();

  private OwnRecords() {
    // The generated classes read and write their fields themselves, without reflection.
    setCustomCoders(true);
    // For times that may be null: the generated classes convert only those that may not.
    addLogicalTypeConversion(new TimeConversions.TimestampMillisConversion());
  }

  /** Returns whether a schema has the name of one of our records. */
  static boolean isOwn(Schema schema) {
    return CLASSES.containsKey(schema.getFullName());
  }

  @Override
  public @Nullable Class<?> getClass(Schema schema) {
    return switch (schema.getType()) {
      case RECORD, ENUM, FIXED -> CLASSES.get(schema.getFullName());
      default -> super.getClass(schema);
    };
  }
}
