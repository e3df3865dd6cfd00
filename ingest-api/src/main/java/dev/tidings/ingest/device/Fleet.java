package dev.tidings.ingest.device;

import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.token.NodeSeal;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;

/** Asks all delivery nodes, at the same time. Blocks for a few seconds at most; thread-safe. */
public final class Fleet implements AutoCloseable {
  /** More nodes are not asked: those heard of last count. */
  private static final int MOST_ASKED = 200;

  private static final Duration EACH = Duration.ofSeconds(3);

  private final Supplier<List<String>> known;
  private final NodeCall call;
  private final NodeSeal seal;
  private final InstantSource clock;
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("fleet-", 0).factory());

  /**
   * Creates it.
   *
   * @param known the addresses of nodes, those first that are likeliest to be there
   * @param seal what processes of this installation say is known by
   */
  public Fleet(Supplier<List<String>> known, NodeCall call, NodeSeal seal, InstantSource clock) {
    this.known = known;
    this.call = call;
    this.seal = seal;
    this.clock = clock;
  }

  /**
   * What a node has answered.
   *
   * @param address where it was asked
   */
  public record Answered(String address, DeviceAnswer answer) {}

  /** Asks all of them; one that does not answer has {@link DeviceAnswer.NotNow}. */
  public List<Answered> ask(OperatorQuestion question) throws InterruptedException {
    byte[] sealed = question.sealed(seal, clock.instant());
    List<String> nodes = known.get().stream().limit(MOST_ASKED).toList();
    List<Future<DeviceAnswer>> answers = new ArrayList<>();
    try {
      for (String node : nodes) {
        answers.add(threads.submit(() -> ask(node, sealed)));
      }
    } catch (RejectedExecutionException e) {
      throw new InterruptedException("the service is stopping");
    }
    List<Answered> all = new ArrayList<>();
    for (int i = 0; i < nodes.size(); i++) {
      all.add(new Answered(nodes.get(i), answer(answers.get(i))));
    }
    return all;
  }

  private static DeviceAnswer answer(Future<DeviceAnswer> future) throws InterruptedException {
    try {
      return future.get();
    } catch (ExecutionException e) {
      return new DeviceAnswer.NotNow(String.valueOf(e.getCause()));
    }
  }

  private DeviceAnswer ask(String node, byte[] question) {
    try {
      return DeviceAnswer.read(call.ask(node, question, EACH), question, seal)
          .orElseGet(() -> new DeviceAnswer.NotNow("its answer is not of this installation"));
    } catch (IOException e) {
      return new DeviceAnswer.NotNow(e.toString());
    }
  }

  /** Interrupts those that are asked. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
