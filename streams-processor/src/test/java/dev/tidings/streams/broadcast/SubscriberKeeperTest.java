package dev.tidings.streams.broadcast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.schemas.topic.TopicMembership;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.DeviceId;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Shows G153 of docs/guarantees.md. */
final class SubscriberKeeperTest {
  private static final byte[] JOINED = {1};

  @TempDir Path directory;

  /** A task of the partition, over what is on disk. */
  private final class Task implements AutoCloseable {
    final SubscriberStore store =
        new SubscriberStore(Stores.persistentKeyValueStore(BroadcastStep.SUBSCRIBERS_STORE).get());
    final MockProcessorContext<byte[], byte[]> context = context();
    final SubscriberKeeper keeper = new SubscriberKeeper();

    Task() {
      store.init(context.getStateStoreContext(), store);
      context.addStateStore(store);
      keeper.init(context);
    }

    private MockProcessorContext<byte[], byte[]> context() {
      Properties properties = new Properties();
      properties.put("application.id", "test");
      properties.put("bootstrap.servers", "localhost:1");
      return new MockProcessorContext<>(properties, new TaskId(0, 0), directory.toFile());
    }

    /** Returns whether it was passed on that a device has joined. */
    boolean passesOn(long offset, int device, String topic) {
      context.resetForwards();
      context.setRecordMetadata("subscriptions", 0, offset);
      keeper.process(new Record<>(key(Fleet.device(device), topic), JOINED, 0));
      return !context.forwarded().isEmpty();
    }

    @Override
    public void close() {
      store.close();
    }
  }

  @SuppressWarnings("unchecked")
  private static ProcessorContext<byte[], byte[]> withoutForward(
      ProcessorContext<byte[], byte[]> context) {
    return (ProcessorContext<byte[], byte[]>)
        Proxy.newProxyInstance(
            SubscriberKeeperTest.class.getClassLoader(),
            new Class<?>[] {ProcessorContext.class},
            (_, method, arguments) -> {
              if (method.getName().equals("forward")) {
                throw new UnsupportedOperationException();
              }
              return method.invoke(context, arguments);
            });
  }

  private static byte[] key(DeviceId device, String topic) {
    return new TopicMembership(device, Fleet.APP, new BroadcastTopic(topic)).key().bytes();
  }

  @Test
  void a_join_that_is_read_again_by_the_next_task_is_passed_on_again_and_the_same_once_more_not() {
    try (Task first = new Task()) {
      assertThat(first.passesOn(5, 1, "channel:a")).isTrue();
      assertThat(first.passesOn(6, 2, "goals")).isFalse();
      assertThat(first.passesOn(7, 3, "channel:a")).isTrue();
      assertThat(first.passesOn(8, 1, "channel:a")).isFalse();
    }
    // The first join was committed, and the others were not.
    try (Task next = new Task()) {
      assertThat(next.passesOn(6, 2, "goals")).isFalse();
      assertThat(next.passesOn(7, 3, "channel:a")).isTrue();
      assertThat(next.passesOn(8, 1, "channel:a")).isTrue();
      assertThat(next.passesOn(9, 3, "channel:a")).isFalse();
      assertThat(next.passesOn(10, 4, "channel:a")).isTrue();
    }
  }

  @Test
  void a_join_is_not_in_the_table_before_it_was_passed_on() {
    try (Task first = new Task()) {
      // Without it, nothing can be passed on.
      first.keeper.init(withoutForward(first.context));
      assertThatThrownBy(() -> first.passesOn(5, 1, "channel:a"))
          .isInstanceOf(UnsupportedOperationException.class);
      first.keeper.init(first.context);

      assertThat(first.passesOn(5, 1, "channel:a")).isTrue();
    }
  }

  @Test
  void what_is_noted_of_the_last_join_is_no_subscriber() {
    try (Task task = new Task()) {
      task.passesOn(5, 1, "channel:a");

      assertThat(task.store.behind(Fleet.APP, new BroadcastTopic("channel:a"), null, 10))
          .extracting(SubscriberStore.Row::device)
          .containsExactly(Fleet.device(1));
    }
  }
}
