package dev.tidings.ingest.trace.table;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroProjection;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.IndexedRecord;

/**
 * Decides whether a PENDING receipt may replace a final one. It may not if both are of the same
 * notification: the PENDING one then comes from a node that was replaced and does not know it yet.
 * It may if the id was used again for another notification. Not thread-safe.
 */
final class LastWord {
  private final AvroProjection outcomes;
  private final AvroProjection journeys;

  LastWord(RegistryClient registry) {
    outcomes = AvroProjection.ifThere(registry, Receipt.getClassSchema(), "outcome");
    journeys = AvroProjection.ifThere(registry, Receipt.getClassSchema(), "outcome", "steps");
  }

  /** Returns whether the receipt's outcome is PENDING; false if it is unreadable. */
  boolean isPending(byte[] receipt) {
    try {
      return isPending(outcomes.read(receipt));
    } catch (UnreadableRecordException | RegistryException e) {
      return false;
    }
  }

  /**
   * Returns whether the stored receipt is a final one of the same notification as the pending one.
   */
  boolean hasEnded(byte[] standing, byte[] pending) {
    try {
      IndexedRecord end = journeys.read(standing);
      return !isPending(end) && begin(end).equals(begin(journeys.read(pending)));
    } catch (UnreadableRecordException | RegistryException e) {
      return false;
    }
  }

  private static boolean isPending(IndexedRecord receipt) {
    return String.valueOf(receipt.get(0)).equals(Outcome.PENDING.name());
  }

  /**
   * Returns time and name of the first step; its process is left out, because it may be shortened.
   */
  private static String begin(IndexedRecord receipt) {
    if (receipt.get(1) instanceof List<?> steps
        && !steps.isEmpty()
        && steps.getFirst() instanceof IndexedRecord step) {
      return step.get(0) + "@" + Objects.toString(step.get(1));
    }
    return "";
  }
}
