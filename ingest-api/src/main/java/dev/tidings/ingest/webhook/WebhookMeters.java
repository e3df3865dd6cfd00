package dev.tidings.ingest.webhook;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts what webhooks are sent. Thread-safe. */
final class WebhookMeters {
  private final MeterRegistry metrics;
  private final Counter events;
  private final Counter requests;
  private final Counter failures;
  private final Counter switchedOff;

  WebhookMeters(MeterRegistry metrics) {
    this.metrics = metrics;
    this.events = counter("tidings.ingest.webhooks.events", "Events that webhooks have taken.");
    this.requests =
        counter(
            "tidings.ingest.webhooks.requests", "Requests that webhooks have answered with 2xx.");
    this.failures =
        counter(
            "tidings.ingest.webhooks.failures",
            "Requests to webhooks without such an answer; each is made again later.");
    this.switchedOff =
        counter(
            "tidings.ingest.webhooks.switched.off",
            "Webhooks switched off: gone, or failing for longer than webhooks.patience.");
  }

  private Counter counter(String name, String description) {
    return Counter.builder(name).description(description).register(metrics);
  }

  void bind(WebhookSenders senders) {
    Gauge.builder("tidings.ingest.webhooks.served", senders, WebhookSenders::count)
        .description("Webhooks that this process serves.")
        .register(metrics);
    Gauge.builder("tidings.ingest.webhooks.failing", senders, WebhookSenders::failing)
        .description("Of these, those whose endpoint has not taken what was sent last.")
        .register(metrics);
  }

  void delivered(int count) {
    requests.increment();
    events.increment(count);
  }

  void failed() {
    failures.increment();
  }

  void switchedOff() {
    switchedOff.increment();
  }
}
