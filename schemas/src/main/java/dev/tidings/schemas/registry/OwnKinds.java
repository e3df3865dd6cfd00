package dev.tidings.schemas.registry;

import dev.tidings.schemas.avro.Delivery;
import dev.tidings.schemas.avro.Notification;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Registration;
import dev.tidings.schemas.avro.Step;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.specific.SpecificRecord;

/** What {@link DirectReader} makes: records of the generated classes, or of whatever schema. */
final class OwnKinds {
  /** Those of which there are many: others are read by Avro's own reader. */
  private static final Map<String, Supplier<SpecificRecord>> MANY =
      Map.of(
          Notification.class.getName(), Notification::new,
          Registration.class.getName(), Registration::new,
          Delivery.class.getName(), Delivery::new,
          Receipt.class.getName(), Receipt::new,
          Step.class.getName(), Step::new);

  static final DirectReader.Kinds<SpecificRecord> GENERATED =
      new DirectReader.Kinds<>() {
        @Override
        public Optional<Supplier<SpecificRecord>> records(Schema schema) {
          return Optional.ofNullable(MANY.get(schema.getFullName()));
        }

        @Override
        public Object[] symbols(Schema schema) {
          return schema.getEnumSymbols().stream()
              .map(symbol -> OwnRecords.INSTANCE.createEnum(symbol, schema))
              .toArray();
        }
      };

  static final DirectReader.Kinds<IndexedRecord> GENERIC =
      new DirectReader.Kinds<>() {
        @Override
        public Optional<Supplier<IndexedRecord>> records(Schema schema) {
          return Optional.of(() -> new GenericData.Record(schema));
        }

        @Override
        public Object[] symbols(Schema schema) {
          return schema.getEnumSymbols().stream()
              .map(symbol -> new GenericData.EnumSymbol(schema, symbol))
              .toArray();
        }
      };

  private OwnKinds() {}
}
