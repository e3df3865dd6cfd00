package dev.tidings.ingest.trace.index;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroProjection;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import java.util.List;
import java.util.Optional;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the index reads of a receipt.
 *
 * @param at the time of its first step, in ms since the epoch; never negative
 * @param pushed whether it was sent to its device
 */
record ReceiptFacts(
    @Nullable String app, @Nullable String device, Outcome outcome, long at, boolean pushed) {

  /** Whether the report of a device, or about one, is about this notification. */
  boolean isOf(ReceiptFacts report) {
    return device != null && device.equals(report.device);
  }

  /** Reads receipts. For one thread at a time. */
  static final class Reading {
    private final AvroProjection fields;

    Reading(RegistryClient registry) {
      this.fields =
          AvroProjection.ifThere(
              registry, Receipt.getClassSchema(), "app", "device", "outcome", "steps");
    }

    /**
     * Returns what is in a receipt; empty if it is none, or has no step.
     *
     * @throws RegistryException if its schema is not known at the moment
     */
    Optional<ReceiptFacts> read(byte[] value) {
      IndexedRecord receipt;
      try {
        receipt = fields.read(value);
      } catch (UnreadableRecordException e) {
        return Optional.empty();
      }
      if (!(receipt.get(3) instanceof List<?> steps)
          || steps.isEmpty()
          || !(steps.getFirst() instanceof IndexedRecord first)
          || !(first.get(1) instanceof Long at)) {
        return Optional.empty();
      }
      return Optional.of(
          new ReceiptFacts(
              text(receipt.get(0)),
              text(receipt.get(1)),
              outcome(String.valueOf(receipt.get(2))),
              Math.max(0, at),
              steps.stream().anyMatch(Reading::isPushed)));
    }

    private static @Nullable String text(@Nullable Object value) {
      return value == null ? null : value.toString();
    }

    private static Outcome outcome(String name) {
      for (Outcome outcome : Outcome.values()) {
        if (outcome.name().equals(name)) {
          return outcome;
        }
      }
      return Outcome.UNKNOWN;
    }

    private static boolean isPushed(Object step) {
      String name = step instanceof IndexedRecord each ? String.valueOf(each.get(0)) : "";
      return name.equals(StepName.PUSHED.name()) || name.equals(StepName.CONFIRMED.name());
    }
  }
}
