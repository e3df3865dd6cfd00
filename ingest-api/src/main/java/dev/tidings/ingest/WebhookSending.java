package dev.tidings.ingest;

import dev.tidings.control.ControlReader;
import dev.tidings.control.ControlWriter;
import dev.tidings.ingest.receipts.ReceiptStreams;
import dev.tidings.ingest.webhook.WebhookService;
import dev.tidings.ingest.webhook.attempt.WebhookHistory;
import dev.tidings.net.EventLoops;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.service.config.Config;
import dev.tidings.service.context.ServiceInstance;
import dev.tidings.service.kafka.client.ClientSettings;
import dev.tidings.service.kafka.producer.RenewedProducer;
import dev.tidings.service.lifecycle.Lifecycle;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerConfig;

/** Webhooks, if this process serves any. */
final class WebhookSending {
  private static final Duration SOON = Duration.ofSeconds(5);
  private static final Duration LATER = Duration.ofSeconds(15);
  private static final long PRODUCER_BUFFER = 1L << 20;
  private static final int MAX_BLOCK_MILLIS = 10_000;

  private WebhookSending() {}

  /**
   * Starts it, if the settings say so. Returns what becomes of what it sends.
   *
   * @param control the entries
   */
  static WebhookHistory start(
      Config config,
      Lifecycle lifecycle,
      ServiceInstance instance,
      Admin admin,
      Optional<ControlReader> control,
      RegistryClient registry,
      ReceiptStreams receipts,
      EventLoops loops,
      InstantSource clock,
      MeterRegistry metrics) {
    if (!WebhookSettings.isOn(config)) {
      return WebhookHistory.NONE;
    }
    ClientSettings settings =
        instance
            .clients()
            .producer("webhook-writer")
            .always(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_BUFFER)
            .always(ProducerConfig.MAX_BLOCK_MS_CONFIG, MAX_BLOCK_MILLIS);
    RenewedProducer producers =
        new RenewedProducer(settings::openProducer, Duration.ZERO, System::nanoTime);
    lifecycle.onStop("webhook writer", SOON.plus(SOON), () -> producers.last().close(SOON));
    WebhookService webhooks =
        WebhookService.start(
            instance.clients(),
            instance.topics(),
            admin,
            control.orElseThrow(),
            new ControlWriter(producers, registry, instance.topics(), clock),
            receipts,
            loops,
            WebhookSettings.rules(config),
            instance.name(),
            lifecycle::fail,
            clock,
            metrics);
    lifecycle.onStop("webhooks", LATER, webhooks::close);
    return webhooks;
  }
}
