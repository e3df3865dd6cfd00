package dev.tidings.node.log.start;

import dev.tidings.node.log.partition.ReaderConsumer;
import java.time.Duration;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that other threads give to the reader's thread: it does them between two polls, in
 * order. A turn goes on only for so long with partitions whose leaders have to be waited for.
 */
public final class ReaderTasks {
  private final ReaderConsumer consumer;
  private final long turnNanos;
  private final ConcurrentLinkedQueue<Runnable> commands = new ConcurrentLinkedQueue<>();

  /** Tasks that may wait for a leader: a turn does only so many of them. */
  private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

  /**
   * @param turn how long a turn goes on with tasks that may wait for a leader
   */
  public ReaderTasks(ReaderConsumer consumer, Duration turn) {
    this.consumer = consumer;
    this.turnNanos = turn.toNanos();
  }

  /** Adds a task for after the present one, or after the present poll. From any thread. */
  public void soon(Runnable task) {
    commands.add(task);
  }

  /** Adds a task for now: a poll does not delay it. From any thread. */
  public void now(Runnable task) {
    commands.add(task);
    consumer.wakeup();
  }

  /** Adds a task that may wait for the leader of a partition. From any thread. */
  public void inTurn(Runnable task) {
    waiting.add(task);
    consumer.wakeup();
  }

  public boolean hasCommands() {
    return !commands.isEmpty();
  }

  /** Does what is to be done; those that may wait for a leader only while nothing is in doubt. */
  public void run(OwnershipDoubt doubt) {
    runCommands(doubt);
    long end = System.nanoTime() + turnNanos;
    @Nullable Runnable task;
    while (!doubt.isOpen() && System.nanoTime() - end < 0 && (task = waiting.poll()) != null) {
      task.run();
      doubt.check();
      // What it has found out about the topic concerns the other partitions before they are read.
      runCommands(doubt);
    }
  }

  private void runCommands(OwnershipDoubt doubt) {
    @Nullable Runnable command;
    while ((command = commands.poll()) != null) {
      command.run();
      doubt.check();
    }
  }
}
