package dev.tidings.ingest.trace;

import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.registry.AvroProjection;
import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.registry.RegistryException;
import dev.tidings.schemas.registry.UnreadableRecordException;
import java.util.List;
import java.util.Objects;
import org.apache.avro.generic.IndexedRecord;

/**
 * How a notification ended is the last word: a node that was replaced and does not know it yet may
 * say afterwards that it waits. An id that was used again begins another journey, and may wait. For
 * one thread.
 */
final class LastWord {
  private final AvroProjection outcomes;
  private final AvroProjection journeys;

  LastWord(RegistryClient registry) {
    outcomes = AvroProjection.ifThere(registry, Receipt.getClassSchema(), "outcome");
    journeys = AvroProjection.ifThere(registry, Receipt.getClassSchema(), "outcome", "steps");
  }

  /** Whether it says that the notification waits; not, if that can't be told. */
  boolean isPending(byte[] receipt) {
    try {
      return isPending(outcomes.read(receipt));
    } catch (UnreadableRecordException | RegistryException e) {
      return false;
    }
  }

  /** Whether what a receipt says has come to an end by what stands. */
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

  /** When and how the journey began; where is left out, it may be shortened. */
  private static String begin(IndexedRecord receipt) {
    if (receipt.get(1) instanceof List<?> steps
        && !steps.isEmpty()
        && steps.getFirst() instanceof IndexedRecord step) {
      return step.get(0) + "@" + Objects.toString(step.get(1));
    }
    return "";
  }
}
