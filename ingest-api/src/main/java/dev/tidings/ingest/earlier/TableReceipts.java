package dev.tidings.ingest.earlier;

import dev.tidings.ingest.repeat.Earlier;
import dev.tidings.ingest.trace.table.Lookup;
import dev.tidings.ingest.trace.table.ReceiptsOwner;
import dev.tidings.ingest.trace.table.TableGlance;
import dev.tidings.ingest.trace.table.TraceTable;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.trace.AcceptedStep;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.streams.errors.InvalidStateStoreException;

/** The table of receipts that this node has a part of. Thread-safe; it blocks. */
final class TableReceipts implements ReceiptLookup {
  private static final Place UNKNOWN = new Place.Here(EarlierAnswer.UNKNOWN);

  private static final Place NONE = new Place.Here(EarlierAnswer.NOTHING);

  private static final Place THERE =
      new Place.Here(new EarlierAnswer.Known(Optional.of(new Earlier(0, null))));

  private final Supplier<Optional<TraceTable>> tables;
  private final RegistryClient registry;

  /**
   * @param tables empty as long as the service is starting
   */
  TableReceipts(Supplier<Optional<TraceTable>> tables, RegistryClient registry) {
    this.tables = tables;
    this.registry = registry;
  }

  @Override
  public Place look(ReceiptKey key) {
    Optional<TraceTable> table = tables.get();
    if (table.isEmpty()) {
      return UNKNOWN;
    }
    return switch (table.get().owner(key.id())) {
      case ReceiptsOwner.Nobody() -> UNKNOWN;
      case ReceiptsOwner.There(var node) -> new Place.There(node);
      case ReceiptsOwner.Here(int partition) ->
          switch (table.get().receipt(key, partition)) {
            case Lookup.NotServing _, Lookup.TooMuch _ -> UNKNOWN;
            case Lookup.Found found -> new Place.Here(answer(found));
          };
    };
  }

  /**
   * Returns what tells of many keys in a row whether there is a receipt, whatever it says. For one
   * thread, and for a moment.
   */
  ReceiptLookup glance() {
    Optional<TraceTable> table = tables.get();
    if (table.isEmpty()) {
      return _ -> UNKNOWN;
    }
    TableGlance glance = table.get().glance();
    return key -> isThere(glance, key);
  }

  private static Place isThere(TableGlance glance, ReceiptKey key) {
    return switch (glance.owner(key.id())) {
      case ReceiptsOwner.Nobody() -> UNKNOWN;
      case ReceiptsOwner.There(var node) -> new Place.There(node);
      case ReceiptsOwner.Here(int partition) -> {
        try {
          yield glance.has(key, partition) ? THERE : NONE;
        } catch (InvalidStateStoreException e) {
          yield UNKNOWN;
        }
      }
    };
  }

  private EarlierAnswer answer(Lookup.Found found) {
    if (found.receipts().isEmpty()) {
      return EarlierAnswer.NOTHING;
    }
    byte[] value = found.receipts().getFirst().value();
    try {
      return answer(AvroDeserializer.unlessAway(registry, Receipt.class).read(value));
    } catch (UnreadableRecordException | RegistryException.Unavailable e) {
      return EarlierAnswer.UNKNOWN;
    }
  }

  /** Returns what a receipt tells of its notification's acceptance. */
  static EarlierAnswer answer(Receipt receipt) {
    if (receipt.getToken() == null && receipt.getDevice() != null) {
      // It was for a device that had no token, and never went anywhere. What goes on to one has
      // its receipt there, and is not found here either.
      return EarlierAnswer.NOTHING;
    }
    List<Step> steps = receipt.getSteps();
    if (steps.isEmpty() || steps.getFirst().getName() != StepName.ACCEPTED) {
      return EarlierAnswer.NOTHING;
    }
    Step accepted = steps.getFirst();
    return new EarlierAnswer.Known(
        Optional.of(new Earlier(accepted.getAt(), AcceptedStep.fingerprint(accepted))));
  }
}
