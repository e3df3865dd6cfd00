package dev.tidings.node.view;

import dev.tidings.node.cluster.Owner;
import dev.tidings.node.cluster.Owners;
import dev.tidings.node.deliver.DeviceLooks;
import dev.tidings.node.look.DeviceLook;
import dev.tidings.node.register.CurrentTokens;
import dev.tidings.node.relay.peer.DeviceQuestions;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Subscription;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceQuestion;
import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.token.NodeSeal;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.utils.Utils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers what ingest nodes ask about devices: those of this node by what it knows, the others by
 * the address of their node. A question that nobody of this installation has sealed has no answer.
 * Thread-safe; never blocks.
 */
public final class DeviceViews implements DeviceQuestions {
  /** More at once have to wait: each may read a thousand entries from disk. */
  static final int AT_ONCE = 16;

  /** So many entries of an inbox are counted. */
  static final int MOST_COUNTED = 1_000;

  private static final int MOST_APPS = 1_000;
  private static final int MOST_TOPICS = 5_000;
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Logger LOG = LoggerFactory.getLogger(DeviceViews.class);

  private final Owners owners;
  private final DeviceLooks looks;
  private final DeviceTable<Generation> generations;
  private final DeviceTable<Subscription> subscriptions;
  private final CurrentTokens tokens;
  private final NodeSeal seal;
  private final InstantSource clock;
  private final DeviceJson json;
  private final MeterRegistry metrics;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /**
   * @param owners finds the nodes of devices
   * @param tokens tells which are a device's
   * @param seal what processes of this installation say is known by
   * @param node this node, as traces name it
   */
  public DeviceViews(
      Owners owners,
      DeviceLooks looks,
      DeviceTable<Generation> generations,
      DeviceTable<Subscription> subscriptions,
      CurrentTokens tokens,
      NodeSeal seal,
      InstantSource clock,
      String node,
      MeterRegistry metrics) {
    this.owners = owners;
    this.looks = looks;
    this.generations = generations;
    this.subscriptions = subscriptions;
    this.tokens = tokens;
    this.seal = seal;
    this.clock = clock;
    this.json = new DeviceJson(node);
    this.metrics = metrics;
    for (String outcome : new String[] {"answered", "unknown", "elsewhere", "not-now"}) {
      counter(outcome);
    }
  }

  @Override
  public CompletableFuture<byte[]> answer(byte[] asked) {
    // A long question takes a moment to check.
    return CompletableFuture.supplyAsync(
            () -> DeviceQuestion.read(asked, seal, clock.instant()).orElseThrow())
        .thenCompose(this::admit)
        .thenApply(answer -> {
          counter(outcome(answer)).increment();
          return answer.sealed(asked, seal);
        });
  }

  private CompletableFuture<DeviceAnswer> admit(DeviceQuestion question) {
    if (!free.tryAcquire()) {
      return CompletableFuture.completedFuture(
          new DeviceAnswer.NotNow(AT_ONCE + " questions about devices are being answered"));
    }
    CompletableFuture<DeviceAnswer> answer;
    try {
      answer = find(question);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedFuture(e);
    }
    // Whatever it still reads, it has its place until that is read.
    answer.whenComplete((done, failure) -> free.release());
    return answer
        .copy()
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        .exceptionally(failure -> {
          LOG.debug("device {}: cannot be looked at", question.device(), failure);
          return new DeviceAnswer.NotNow("the device's partition cannot be read at the moment");
        });
  }

  private CompletableFuture<DeviceAnswer> find(DeviceQuestion question) {
    return switch (owners.of(question.device())) {
      case Owner.Here _ -> look(question);
      case Owner.There there ->
          CompletableFuture.completedFuture(
              new DeviceAnswer.Elsewhere(text(there.addresses().getFirst())));
      case Owner.Unknown _ ->
          CompletableFuture.completedFuture(
              new DeviceAnswer.NotNow("which node has the device is being settled"));
    };
  }

  static String text(InetSocketAddress address) {
    return Utils.formatAddress(address.getAddress().getHostAddress(), address.getPort());
  }

  private CompletableFuture<DeviceAnswer> look(DeviceQuestion question) {
    InboxPage page = question.page();
    CompletableFuture<DeviceLook> look =
        looks.look(
            question.device(),
            DeviceFacts.allows(question),
            page == null ? InboxPage.BEGINNING : page.after(),
            page == null ? MOST_COUNTED : page.limit());
    CompletableFuture<Map<String, Generation>> registered =
        generations.all(question.device(), MOST_APPS);
    CompletableFuture<Map<String, Subscription>> subscribed =
        subscriptions.all(question.device(), MOST_TOPICS);
    return CompletableFuture.allOf(look, registered, subscribed)
        // Not on the loop of the partition.
        .thenApplyAsync(done ->
            answer(
                DeviceFacts.of(
                    question,
                    look.join(),
                    registered.join(),
                    subscribed.join(),
                    (app, record) -> tokens.by(question.device(), app, record))));
  }

  private DeviceAnswer answer(DeviceFacts facts) {
    if (!facts.isAnything()) {
      return new DeviceAnswer.Unknown();
    }
    return facts.question().page() == null
        ? new DeviceAnswer.Found(json.device(facts), null)
        : new DeviceAnswer.Found(json.inbox(facts), facts.look().next());
  }

  private static String outcome(DeviceAnswer answer) {
    return switch (answer) {
      case DeviceAnswer.Found _ -> "answered";
      case DeviceAnswer.Unknown _ -> "unknown";
      case DeviceAnswer.Elsewhere _ -> "elsewhere";
      case DeviceAnswer.NotNow _ -> "not-now";
    };
  }

  private Counter counter(String outcome) {
    return Counter.builder("tidings.node.device.questions")
        .description("Questions of ingest nodes about devices")
        .tag("outcome", outcome)
        .register(metrics);
  }
}
