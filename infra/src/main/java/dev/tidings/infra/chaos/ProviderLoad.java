package dev.tidings.infra.chaos;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.ledger.Answer;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.provider.IngestClient;
import dev.tidings.infra.provider.PushRequest;
import dev.tidings.infra.provider.SendAnswer;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * A provider that sends to every device at a steady rate, to each one notification after the other,
 * so that their order is known. It sends each once, whatever the answer; after one that is not good
 * it turns to the next ingest node.
 */
final class ProviderLoad implements AutoCloseable {
  private final Ledger ledger;
  private final List<String> tokens;
  private final List<IngestClient> ingest;
  private final long interval;
  private final List<Semaphore> hurry = new ArrayList<>();
  private final List<Thread> senders = new ArrayList<>();
  private volatile boolean stopped;

  /**
   * A load that {@link #start} starts.
   *
   * @param rate notifications a second, to all devices together
   */
  ProviderLoad(Ledger ledger, List<String> tokens, List<IngestClient> ingest, double rate) {
    this.ledger = ledger;
    this.tokens = List.copyOf(tokens);
    this.ingest = List.copyOf(ingest);
    this.interval = (long) (TimeUnit.SECONDS.toNanos(1) * tokens.size() / rate);
  }

  void start() {
    for (int device = 0; device < tokens.size(); device++) {
      int number = device;
      hurry.add(new Semaphore(0));
      senders.add(Thread.ofVirtual().name("provider-" + device).start(() -> send(number)));
    }
  }

  /** Has the next notification for a device sent at once. */
  void hurry(int device) {
    Semaphore waiting = hurry.get(device);
    if (waiting.availablePermits() == 0) {
      waiting.release();
    }
  }

  private void send(int device) {
    // Spread over the interval.
    long due = System.nanoTime() + interval * device / tokens.size();
    int turn = device;
    try {
      while (!stopped) {
        boolean _ = hurry.get(device).tryAcquire(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (stopped) {
          return;
        }
        String id = ledger.sending(device);
        Answer answer = Answer.UNKNOWN;
        try {
          answer = send(ingest.get(Math.floorMod(turn, ingest.size())), device, id);
        } finally {
          ledger.answered(id, answer);
        }
        if (answer != Answer.ACCEPTED) {
          turn++;
        }
        due = Math.max(due + interval, System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Answer send(IngestClient node, int device, String id) throws InterruptedException {
    try {
      SendAnswer answer =
          node.send(
              new PushRequest(
                  tokens.get(device),
                  Map.of("apns-topic", Devices.APP, "apns-id", id),
                  "{\"aps\":{\"alert\":\"" + id + "\"}}"));
      return answer instanceof SendAnswer.Accepted ? Answer.ACCEPTED : Answer.REFUSED;
    } catch (ConnectException e) {
      return Answer.REFUSED;
    } catch (IOException e) {
      return Answer.UNKNOWN;
    }
  }

  /** Sends nothing more, and waits for the answers that are still to come. */
  @Override
  public void close() {
    stopped = true;
    hurry.forEach(Semaphore::release);
    try {
      for (Thread sender : senders) {
        sender.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      senders.forEach(Thread::interrupt);
    }
  }
}
