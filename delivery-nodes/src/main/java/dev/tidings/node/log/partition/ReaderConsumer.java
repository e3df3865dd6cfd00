package dev.tidings.node.log.partition;

import java.time.Duration;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The consumer of {@code DeliveryReader}, which is replaced when the topic has been made anew. A
 * consumer remembers the highest leader epoch of each partition that it was told of, and ignores
 * metadata with a lower one. Epochs of a new topic begin at 0 again, so a consumer that was asked
 * about an epoch of the deleted topic may never find a leader in the new one. For the reader's
 * thread, except {@link #wakeup}.
 */
public final class ReaderConsumer implements Supplier<Consumer<byte[], byte[]>> {
  private static final Logger LOG = LoggerFactory.getLogger(ReaderConsumer.class);

  private final Supplier<Consumer<byte[], byte[]>> open;
  private volatile Consumer<byte[], byte[]> current;

  /** The topic that the consumer has read; zero until it is known. */
  private Uuid topic = Uuid.ZERO_UUID;

  public ReaderConsumer(Supplier<Consumer<byte[], byte[]>> open) {
    this.open = open;
    this.current = open.get();
  }

  @Override
  public Consumer<byte[], byte[]> get() {
    return current;
  }

  /**
   * Replaces the consumer, unless it has read this topic and no other. The new one has nothing
   * assigned.
   *
   * @return whether it was replaced
   */
  public boolean renew(Uuid now) {
    if (now.equals(Uuid.ZERO_UUID) || now.equals(topic)) {
      return false;
    }
    boolean first = topic.equals(Uuid.ZERO_UUID);
    topic = now;
    if (first) {
      return false;
    }
    Consumer<byte[], byte[]> old = current;
    current = open.get();
    try {
      old.close(CloseOptions.timeout(Duration.ZERO));
    } catch (KafkaException e) {
      LOG.debug("the consumer of the topic that was deleted could not be closed", e);
    }
    return true;
  }

  /** Interrupts a call that waits. From any thread. */
  public void wakeup() {
    current.wakeup();
  }
}
