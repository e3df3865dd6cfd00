package dev.tidings.ingest.operation;

import dev.tidings.http.Response;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Answers requests in threads that may wait for Kafka or for another process, so many at a time;
 * one more is told to come again. Thread-safe; never blocks.
 */
public final class BlockingAnswers implements AutoCloseable {
  private static final int AT_ONCE = 64;

  private final ExecutorService threads;
  private final String busy;
  private final Function<String, Response> notNow;
  private final Semaphore free = new Semaphore(AT_ONCE);

  /**
   * @param name of the threads, which have a number, too
   * @param doing what those do that one more is told of, such as "erasures are being written"
   * @param notNow makes the response to whoever may ask again
   */
  public BlockingAnswers(String name, String doing, Function<String, Response> notNow) {
    this.threads =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name(name + "-", 0).factory());
    this.busy = AT_ONCE + " " + doing;
    this.notNow = notNow;
  }

  /**
   * Answers a request, now or later.
   *
   * @param to takes the response
   * @param answer makes it, on another thread; is interrupted when the service stops
   */
  public void answer(Consumer<Response> to, Supplier<Response> answer) {
    if (!free.tryAcquire()) {
      to.accept(notNow.apply(busy));
      return;
    }
    try {
      threads.execute(() -> {
        try {
          to.accept(answer.get());
        } finally {
          free.release();
        }
      });
    } catch (RejectedExecutionException e) {
      free.release();
      to.accept(notNow.apply("the service is stopping"));
    }
  }

  /** Interrupts those that still wait. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
