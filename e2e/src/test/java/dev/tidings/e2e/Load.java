package dev.tidings.e2e;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.provider.SendAnswer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Sends 1,000 notifications a second for eight seconds, whatever becomes of them, and keeps the
 * ledger: what the provider was told was accepted, by device, in the order it was sent.
 */
final class Load implements AutoCloseable {
  private static final int TOTAL = 8_000;
  private static final int EVERY_MILLIS = 10;
  private static final int AT_ONCE = 10;

  private final Provider provider;
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final Map<Integer, List<String>> accepted = new ConcurrentHashMap<>();
  private final List<ExecutorService> senders = new ArrayList<>();
  private final AtomicInteger scheduled = new AtomicInteger();
  private final AtomicInteger answered = new AtomicInteger();

  Load(Pipeline pipeline) {
    provider = new Provider(pipeline);
  }

  /**
   * Starts; a device's notifications are sent one after the other, so that their order is known.
   */
  void start(List<String> tokens) {
    for (int device = 0; device < tokens.size(); device++) {
      senders.add(Executors.newSingleThreadExecutor());
      accepted.put(device, new ArrayList<>());
    }
    clock.scheduleAtFixedRate(() -> tick(tokens), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick(List<String> tokens) {
    for (int i = 0; i < AT_ONCE && scheduled.get() < TOTAL; i++) {
      int number = scheduled.getAndIncrement();
      int device = number % tokens.size();
      senders.get(device).execute(() -> send(device, tokens.get(device), number));
    }
  }

  private void send(int device, String token, int number) {
    String id = Ids.of(2, number);
    try {
      if (provider.send(token, id, "{\"aps\":{}}") instanceof SendAnswer.Accepted) {
        accepted.get(device).add(id);
      }
    } catch (IOException e) {
      // Not accepted, as far as the provider knows.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      answered.incrementAndGet();
    }
  }

  int sent() {
    return answered.get();
  }

  boolean isOver() {
    return answered.get() == TOTAL;
  }

  Map<Integer, List<String>> accepted() {
    return accepted;
  }

  @Override
  public void close() {
    clock.shutdownNow();
    senders.forEach(ExecutorService::shutdownNow);
    provider.close();
  }
}
