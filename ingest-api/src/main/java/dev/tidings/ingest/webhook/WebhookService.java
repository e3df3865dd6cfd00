package dev.tidings.ingest.webhook;

import dev.tidings.auth.device.jwt.keys.HostCheck;
import dev.tidings.control.ControlKind;
import dev.tidings.control.ControlReader;
import dev.tidings.control.ControlWriter;
import dev.tidings.control.ControlWriter.Author;
import dev.tidings.control.decide.RefusedDecisionException;
import dev.tidings.control.decide.Webhooks;
import dev.tidings.ingest.receipts.ReceiptStreams;
import dev.tidings.ingest.webhook.attempt.RecentAttempts;
import dev.tidings.ingest.webhook.attempt.WebhookAttempt;
import dev.tidings.ingest.webhook.attempt.WebhookHistory;
import dev.tidings.net.EventLoops;
import dev.tidings.schemas.avro.Webhook;
import dev.tidings.schemas.topic.ConsumerGroups;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;
import dev.tidings.service.kafka.client.KafkaClients;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.KafkaException;

/** Sends receipts to webhooks, as long as it is open. */
public final class WebhookService implements WebhookHistory, AutoCloseable {
  /** After a crash, how long until another process goes on. */
  private static final int SESSION_MILLIS = 10_000;

  private static final int HEARTBEAT_MILLIS = 3_000;

  private final WebhookShare share;
  private final WebhookClient client;
  private final WebhookSenders senders;
  private final WebhookSender.Route route;

  /**
   * What may be asked, and for how long.
   *
   * @param hosts that may have private addresses, and be asked without TLS
   * @param timeout for a request
   * @param patience how long an endpoint may fail before it is switched off
   */
  public record Rules(Set<String> hosts, Duration timeout, Duration patience) {}

  private WebhookService(
      WebhookShare share, WebhookClient client, WebhookSenders senders, WebhookSender.Route route) {
    this.share = share;
    this.client = client;
    this.senders = senders;
    this.route = route;
  }

  /**
   * Starts.
   *
   * @param admin owned and closed by the caller, as are the others
   * @param writer used by nobody else
   * @param process the name of this process, for the audit log
   * @param failed told if it has ended although nobody has closed it
   */
  public static WebhookService start(
      KafkaClients clients,
      TopicNames names,
      Admin admin,
      ControlReader control,
      ControlWriter writer,
      ReceiptStreams receipts,
      EventLoops loops,
      Rules rules,
      String process,
      Consumer<Throwable> failed,
      InstantSource clock,
      MeterRegistry metrics) {
    WebhookClient client =
        new WebhookClient(
            loops, HostCheck.namedOnly(rules.hosts()), InetAddress::getAllByName, rules.timeout());
    String topic = names.of(LogTopics.RECEIPTS);
    WebhookMeters meters = new WebhookMeters(metrics);
    WebhookSender.Route route =
        new WebhookSender.Route(
            receipts::follow,
            new CommittedPlaces(
                admin, topic, id -> names.group(ConsumerGroups.WEBHOOK_PREFIX + id)),
            client::post,
            new WrittenSwitchOff(control, writer, new Author("webhooks", process), clock),
            new RecentAttempts(),
            Thread::sleep,
            rules.patience());
    WebhookSenders senders = new WebhookSenders(route, meters, clock);
    meters.bind(senders);
    WebhookShare share =
        new WebhookShare(
            () ->
                clients
                    .consumer("webhooks")
                    .always(ConsumerConfig.GROUP_ID_CONFIG, names.group(ConsumerGroups.WEBHOOKS))
                    .always(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic")
                    .always(
                        ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
                        List.of(CooperativeStickyAssignor.class))
                    .byDefault(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, SESSION_MILLIS)
                    .byDefault(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, HEARTBEAT_MILLIS)
                    .openConsumer(),
            topic,
            new WebhookShare.Entries(control, control::version, control::isComplete),
            senders,
            failed);
    share.start();
    return new WebhookService(share, client, senders, route);
  }

  /** Writes it to {@code control}, one after the other. */
  private record WrittenSwitchOff(
      ControlReader control, ControlWriter writer, Author author, InstantSource clock)
      implements WebhookSender.SwitchOff {
    @Override
    public void write(String id, Webhook webhook, String why) throws InterruptedException {
      synchronized (writer) {
        if (!control.isComplete()) {
          throw new KafkaException("the entries of control are being read");
        }
        if (control.entry(ControlKind.WEBHOOK, id).equals(Optional.of(webhook))) {
          try {
            writer.write(author, Webhooks.disable(control, id, why, clock.instant()), control);
          } catch (RefusedDecisionException e) {
            // It was deleted meanwhile.
          }
        }
      }
    }
  }

  @Override
  public boolean isServed(String webhook) {
    return senders.serves(webhook);
  }

  @Override
  public List<WebhookAttempt> attempts(String webhook) {
    return route.recent().of(webhook);
  }

  @Override
  public Optional<Instant> failingSince(String webhook) throws InterruptedException {
    return route.places().read(webhook).failingSince();
  }

  @Override
  public void close() throws InterruptedException {
    try {
      share.close();
    } finally {
      client.close();
    }
  }
}
