package dev.tidings.streams.broadcast;

import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.service.kafka.SafeTimestamps;
import dev.tidings.streams.step.Passing;
import dev.tidings.streams.step.StepContext;
import dev.tidings.streams.step.TopicTable;
import dev.tidings.streams.step.TopologyStep;
import dev.tidings.streams.write.CommitWatch;
import dev.tidings.streams.write.OwnStoreBuilder;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.state.Stores;

/**
 * Sends broadcasts: what devices have joined and what is to be sent in; deliveries out, and how far
 * each has come. Added behind the step that resolves, whose commits it watches with it.
 */
public final class BroadcastStep implements TopologyStep {
  public static final String SUBSCRIBERS_STORE = "subscribers";
  public static final String BROADCASTS_STORE = "broadcasts";

  private static final String READ_SUBSCRIPTIONS = "read-subscriptions";
  private static final String KEEP_SUBSCRIPTIONS = "keep-subscriptions";
  private static final String READ_BROADCASTS = "read-broadcasts";
  private static final String KEEP_BROADCASTS = "keep-broadcasts";
  private static final String BROADCAST = "broadcast";

  private final StepContext context;
  private final int perSecond;

  /**
   * @param perSecond how many subscribers it may look at, of all partitions
   */
  public BroadcastStep(StepContext context, int perSecond) {
    this.context = context;
    this.perSecond = perSecond;
  }

  @Override
  public String output() {
    return BROADCAST;
  }

  @Override
  public void addTo(Topology topology) {
    new TopicTable(
            context.names().of(LogTopics.SUBSCRIPTIONS), READ_SUBSCRIPTIONS, KEEP_SUBSCRIPTIONS)
        .addTo(
            topology,
            new OwnStoreBuilder<>(
                SUBSCRIBERS_STORE,
                () -> new SubscriberStore(Stores.persistentKeyValueStore(SUBSCRIBERS_STORE).get())),
            new SafeTimestamps(),
            SubscriberKeeper::new);
    new TopicTable(context.names().of(LogTopics.BROADCASTS), READ_BROADCASTS, KEEP_BROADCASTS)
        .addTo(
            topology,
            Stores.keyValueStoreBuilder(
                    Stores.persistentKeyValueStore(BROADCASTS_STORE),
                    Serdes.Bytes(),
                    Serdes.ByteArray())
                .withCachingDisabled()
                .withLoggingDisabled(),
            new SafeTimestamps(),
            Passing::new);
    topology.addProcessor(
        BROADCAST,
        () -> new BroadcastProcessor(context, perSecond),
        KEEP_BROADCASTS,
        KEEP_SUBSCRIPTIONS);
    topology.connectProcessorAndStateStores(
        BROADCAST, SUBSCRIBERS_STORE, BROADCASTS_STORE, CommitWatch.NAME);
  }
}
