package dev.tidings.ingest.history;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.http.Response;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.ingest.trace.index.IndexKey;
import dev.tidings.ingest.trace.index.IndexScan;
import dev.tidings.ingest.trace.table.Kept;
import dev.tidings.ingest.trace.table.Lookup;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.registry.AvroDeserializer;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.client.RegistryException;
import dev.tidings.schemas.registry.client.UnreadableRecordException;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.topic.UniqueId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads what the table of receipts has of rows. Thread-safe; blocks. */
final class HistoryRows implements HistoryReading.Rows {
  /** The table of this node. */
  @FunctionalInterface
  interface Table {
    /** Returns the receipt with a key, or none. */
    Lookup receipt(ReceiptKey key, int partition);
  }

  private final Table table;
  private final RegistryClient registry;

  HistoryRows(Table table, RegistryClient registry) {
    this.table = table;
    this.registry = registry;
  }

  @Override
  public Optional<String> json(int partition, IndexScan.Found row) throws NotServedException {
    try {
      Optional<Receipt> receipt =
          receipt(row.key().receipt(), partition).filter(each -> isOf(row.key(), each));
      if (receipt.isEmpty()) {
        return Optional.empty();
      }
      Step last = receipt.get().getSteps().getLast();
      if (receipt.get().getOutcome() != Outcome.PENDING) {
        // What waits says last where it does.
        last = lastReport(partition, row).orElse(last);
      }
      return Optional.of(json(row.key(), receipt.get(), last));
    } catch (RegistryException.Unavailable e) {
      throw new NotServedException("the schema registry that a receipt needs does not answer");
    }
  }

  /** Whether it is the notification that the row is of; its id may have been used again. */
  private static boolean isOf(IndexKey row, Receipt receipt) {
    return row.app().equals(receipt.getApp())
        && !receipt.getSteps().isEmpty()
        && Math.max(0, receipt.getSteps().getFirst().getAt()) == row.at();
  }

  private Optional<Step> lastReport(int partition, IndexScan.Found row) throws NotServedException {
    Stream.Builder<Step> told = Stream.builder();
    for (ReceiptKey.Kind kind : row.row().beside()) {
      receipt(new ReceiptKey(row.key().id(), row.key().mark(), kind), partition)
          .filter(report -> !report.getSteps().isEmpty())
          .ifPresent(report -> told.add(report.getSteps().getLast()));
    }
    return told.build().max(Comparator.comparingLong(Step::getAt));
  }

  private Optional<Receipt> receipt(ReceiptKey key, int partition) throws NotServedException {
    return switch (table.receipt(key, partition)) {
      case Lookup.Found found ->
          found.receipts().isEmpty() ? Optional.empty() : read(found.receipts().getFirst());
      case Lookup.NotServing(String why) -> throw new NotServedException(why);
      case Lookup.TooMuch() -> Optional.empty();
    };
  }

  private Optional<Receipt> read(Kept kept) {
    try {
      return Optional.of(AvroDeserializer.atOnce(registry, Receipt.class).read(kept.value()));
    } catch (UnreadableRecordException e) {
      // The trace says so.
      return Optional.empty();
    }
  }

  private static String json(IndexKey key, Receipt receipt, Step last) {
    Response object =
        JsonAnswer.ok(out -> {
          out.writeStringField("id", key.id().value());
          out.writeStringField("uniqueId", UniqueId.of(key.receipt()).toString());
          out.writeStringField("app", key.app());
          text(out, "mark", key.mark());
          text(out, "device", receipt.getDevice());
          text(out, "category", receipt.getCategory());
          out.writeStringField("acceptedAt", Instant.ofEpochMilli(key.at()).toString());
          out.writeStringField("outcome", lower(receipt.getOutcome()));
          out.writeStringField("lastStep", lower(last.getName()));
          out.writeStringField("lastStepAt", Instant.ofEpochMilli(last.getAt()).toString());
        });
    return new String(object.body(), StandardCharsets.US_ASCII);
  }

  private static void text(JsonGenerator out, String name, @Nullable String value)
      throws IOException {
    if (value != null) {
      out.writeStringField(name, value);
    }
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
