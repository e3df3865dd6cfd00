package dev.tidings.ingest;

import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.limit.Excess;
import dev.tidings.http.server.HttpServer;
import dev.tidings.ingest.accept.InFlight;
import dev.tidings.ingest.accept.NotificationProducers;
import dev.tidings.ingest.history.HistoryParts;
import dev.tidings.ingest.rest.TraceTurns;
import dev.tidings.ingest.revoked.RevocationTable;
import dev.tidings.ingest.revoked.RevocationsReader;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** The gauges of the service's current state. */
final class IngestGauges {
  private IngestGauges() {}

  static void bind(
      MeterRegistry metrics,
      InFlight inFlight,
      NotificationProducers producers,
      RevocationTable revoked,
      RevocationsReader revocations) {
    Gauge.builder("tidings.ingest.in.flight", inFlight, InFlight::count)
        .description("Notifications between arrival and the log's acknowledgement.")
        .register(metrics);
    Gauge.builder(
            "tidings.ingest.producer.buffer.available",
            producers,
            NotificationProducers::bufferAvailable)
        .description("How much of producer.buffer is free; at 0 requests get 503.")
        .baseUnit("bytes")
        .register(metrics);
    Gauge.builder("tidings.ingest.revocations", revoked, RevocationTable::size)
        .description("Revoked tokens in the table, about.")
        .register(metrics);
    Gauge.builder("tidings.ingest.revocations.filter", revoked, RevocationTable::filterBytes)
        .description("Memory of the filter before the table of revoked tokens.")
        .baseUnit("bytes")
        .register(metrics);
    Gauge.builder("tidings.ingest.revocations.lag", revocations, RevocationsReader::lag)
        .description("Records of the revocations topic still to be read.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.revocations.lookups", revoked, RevocationTable::lookups)
        .description("Tokens looked up in the table on disk, which the filter could not rule out.")
        .register(metrics);
    FunctionCounter.builder(
            "tidings.ingest.revocations.unreadable", revocations, RevocationsReader::unreadable)
        .description("Records of the revocations topic that could not be read and were left out.")
        .register(metrics);
    FunctionCounter.builder(
            "tidings.ingest.revocations.reloads", revocations, RevocationsReader::readAgain)
        .description(
            "How often the table of revoked tokens was emptied and read again: the topic was made"
                + " anew or has lost records, or the table was too old.")
        .register(metrics);
  }

  static void bind(MeterRegistry metrics, BodyMemory bodies) {
    Gauge.builder("tidings.ingest.request.buffer", bodies, BodyMemory::taken)
        .description("How much of request.buffer is taken; when all is, requests get 429.")
        .baseUnit("bytes")
        .register(metrics);
  }

  static void bindLines(MeterRegistry metrics, BodyMemory lines) {
    Gauge.builder("tidings.ingest.lines.buffer", lines, BodyMemory::taken)
        .description("The same of as much memory again, for requests with many lines.")
        .baseUnit("bytes")
        .register(metrics);
  }

  static void bind(MeterRegistry metrics, TraceTurns turns) {
    Gauge.builder("tidings.ingest.traces.waiting", turns, TraceTurns::waiting)
        .description("Requests for traces that wait for their turn.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.traces.refused", turns, TraceTurns::refused)
        .description("Requests for traces answered with 429: too many, of one address or in all.")
        .register(metrics);
  }

  static void bind(MeterRegistry metrics, HistoryParts history) {
    Gauge.builder("tidings.ingest.history.waiting", history, HistoryParts::waiting)
        .description("Questions about the history that wait for their turn.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.history.refused", history, HistoryParts::refused)
        .description("Those answered with 429: too many, of one address or in all.")
        .register(metrics);
    FunctionCounter.builder("tidings.ingest.history.unserved", history, HistoryParts::unserved)
        .description(
            "Questions of providers answered with 503: a part of the history was being moved,"
                + " restored or indexed, or its node did not answer.")
        .register(metrics);
  }

  static void bind(MeterRegistry metrics, String port, HttpServer server) {
    Gauge.builder("tidings.ingest.connections", server, HttpServer::connections)
        .description("Open connections of providers.")
        .tag("port", port)
        .register(metrics);
    Gauge.builder("tidings.ingest.requests", server, HttpServer::requests)
        .description("Open requests in HTTP/2, from their head to the end of their answer.")
        .tag("port", port)
        .register(metrics);
    Gauge.builder("tidings.ingest.responses.unread", server, HttpServer::unread)
        .description("Answers that clients have not taken; near 0 while all of them read.")
        .baseUnit("bytes")
        .tag("port", port)
        .register(metrics);
    FunctionCounter.builder(
            "tidings.ingest.responses.unread.closed", server, HttpServer::unreadClosed)
        .description("Connections closed because their clients took no answers.")
        .tag("port", port)
        .register(metrics);
    FunctionCounter.builder(
            "tidings.ingest.handshakes.refused", server, HttpServer::handshakesRefused)
        .description("Connections closed because their address had begun TLS too often.")
        .tag("port", port)
        .register(metrics);
    for (Excess each : Excess.values()) {
      FunctionCounter.builder("tidings.ingest.http.excesses", server, it -> it.exceeded(each))
          .description("How often a client had too many streams or frames, or too long a head.")
          .tag("port", port)
          .tag("of", each.label())
          .register(metrics);
    }
    FunctionCounter.builder("tidings.ingest.requests.refused", server, HttpServer::refused)
        .description(
            "Requests refused (REFUSED_STREAM) because of max.requests or"
                + " max.requests.per.address.")
        .tag("port", port)
        .register(metrics);
  }
}
