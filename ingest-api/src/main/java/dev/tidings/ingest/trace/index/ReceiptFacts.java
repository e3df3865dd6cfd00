package dev.tidings.ingest.trace.index;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.registry.AvroProjection;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.value.Category;
import java.util.List;
import org.apache.avro.generic.IndexedRecord;
import org.jspecify.annotations.Nullable;

/**
 * What the index reads of a receipt.
 *
 * @param at the time of its first step, in ms since the epoch; never negative
 * @param pushed whether it was sent to its device
 * @param category null if it has none
 */
public record ReceiptFacts(
    @Nullable String app,
    @Nullable String device,
    Outcome outcome,
    long at,
    boolean pushed,
    @Nullable String category) {
  /** What is in a receipt whose schema cannot be had at the moment. */
  static final ReceiptFacts AWAY = new ReceiptFacts(null, null, Outcome.UNKNOWN, -1, false, null);

  /** What is in one whose schema no registry knows: it may be no receipt. */
  static final ReceiptFacts UNKNOWN =
      new ReceiptFacts(null, null, Outcome.UNKNOWN, -2, false, null);

  /** Whether it could be read. */
  boolean isRead() {
    return at >= 0;
  }

  /** Whether it is not over yet. */
  public boolean pending() {
    return outcome == Outcome.PENDING;
  }

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
              registry,
              Receipt.getClassSchema(),
              List.of("app", "device", "outcome", "category"),
              "steps",
              List.of("name", "at"));
    }

    /** Returns what is in a receipt, or why that is not known now; null if it is none. */
    @Nullable ReceiptFacts readIfKnown(byte[] value) {
      try {
        return facts(fields.read(value));
      } catch (UnreadableRecordException e) {
        return e.isSchemaUnknown() ? UNKNOWN : null;
      } catch (RegistryException e) {
        return AWAY;
      }
    }

    /**
     * Returns what is in a receipt; null if it is none, or has no step.
     *
     * @throws RegistryException if its schema cannot be had at the moment
     */
    @Nullable ReceiptFacts read(byte[] value) {
      try {
        return facts(fields.read(value));
      } catch (UnreadableRecordException e) {
        return null;
      }
    }

    private static @Nullable ReceiptFacts facts(IndexedRecord receipt) {
      if (!(receipt.get(4) instanceof List<?> steps)
          || steps.isEmpty()
          || !(steps.getFirst() instanceof IndexedRecord first)
          || !(first.get(1) instanceof Long at)) {
        return null;
      }
      return new ReceiptFacts(
          text(receipt.get(0)),
          text(receipt.get(1)),
          outcome(String.valueOf(receipt.get(2))),
          Math.max(0, at),
          isPushed(steps),
          // Whatever was written, the index has categories alone.
          Category.ofField(text(receipt.get(3))).map(Category::value).orElse(null));
    }

    private static @Nullable String text(@Nullable Object value) {
      return value == null ? null : value.toString();
    }

    private static Outcome outcome(String name) {
      for (Outcome outcome : IndexRow.OUTCOMES) {
        if (outcome.name().equals(name)) {
          return outcome;
        }
      }
      return Outcome.UNKNOWN;
    }

    private static boolean isPushed(List<?> steps) {
      for (Object step : steps) {
        String name = step instanceof IndexedRecord each ? String.valueOf(each.get(0)) : "";
        if (name.equals(StepName.PUSHED.name()) || name.equals(StepName.CONFIRMED.name())) {
          return true;
        }
      }
      return false;
    }
  }
}
