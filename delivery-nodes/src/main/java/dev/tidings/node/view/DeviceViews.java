package dev.tidings.node.view;

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
import dev.tidings.schemas.value.DeviceId;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Answers what ingest nodes ask about devices: those of this node by what it knows, the others by
 * the address of their node. A question that nobody of this installation has sealed has no answer.
 * Thread-safe; never blocks.
 */
public final class DeviceViews implements DeviceQuestions {
  /** More are answered "not now": each may read a thousand entries from disk. */
  private static final int AT_ONCE = 16;

  /** So many entries of an inbox are counted. */
  private static final int MOST_COUNTED = 1_000;

  private static final int MOST_APPS = 1_000;
  private static final int MOST_TOPICS = 5_000;

  private final AtOwner owner;
  private final DeviceLooks looks;
  private final DeviceTable<Generation> generations;
  private final DeviceTable<Subscription> subscriptions;
  private final CurrentTokens tokens;
  private final NodeSeal seal;
  private final InstantSource clock;
  private final DeviceJson json;
  private final MeterRegistry metrics;
  private final QuestionPlaces places =
      new QuestionPlaces(AT_ONCE, "questions about devices", "the device's partition");

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
    this.owner = new AtOwner(owners);
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
    DeviceId device = question.device();
    return places.answer("device " + device, () -> owner.answer(device, () -> look(question)));
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
