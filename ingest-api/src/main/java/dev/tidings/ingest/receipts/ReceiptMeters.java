package dev.tidings.ingest.receipts;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what streams are told. Thread-safe. */
final class ReceiptMeters {
  private final MeterRegistry metrics;
  private final Counter events;
  private final Counter turns;
  private final Counter gaps;
  private final Counter refused;
  private final Counter unreadable;

  ReceiptMeters(MeterRegistry metrics) {
    this.metrics = metrics;
    this.events =
        counter("tidings.ingest.receipts.events", "Receipts that were written to streams.");
    this.turns =
        counter(
            "tidings.ingest.receipts.turns",
            "How often a part of the log was read for one stream that was behind.");
    this.gaps =
        counter(
            "tidings.ingest.receipts.gaps",
            "How often a stream was told that the log is not what its client knew.");
    this.refused =
        counter(
            "tidings.ingest.receipts.refused",
            "Streams refused with 429 or 503: too many of a team, of an address, or in all.");
    this.unreadable =
        counter("tidings.ingest.receipts.unreadable", "Receipts left out, as they cannot be read.");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(metrics);
  }

  void bind(ReceiptStreams streams) {
    Gauge.builder("tidings.ingest.receipts.streams", streams, ReceiptStreams::count)
        .description("Open streams of receipts.")
        .register(metrics);
    Gauge.builder("tidings.ingest.receipts.waiting", streams, ReceiptStreams::waiting)
        .description("Streams that wait for their turn to read the log.")
        .register(metrics);
    Gauge.builder("tidings.ingest.receipts.buffer", streams, ReceiptStreams::bytes)
        .description("How much of receipts.buffer is taken.")
        .baseUnit("bytes")
        .register(metrics);
  }

  void event() {
    events.increment();
  }

  void turn() {
    turns.increment();
  }

  void gap() {
    gaps.increment();
  }

  void refused() {
    refused.increment();
  }

  void unreadable() {
    unreadable.increment();
  }
}
