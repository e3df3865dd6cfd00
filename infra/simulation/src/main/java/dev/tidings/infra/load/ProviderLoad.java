package dev.tidings.infra.load;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.ledger.Ledger;
import dev.tidings.infra.ledger.ProviderAnswer;
import dev.tidings.infra.ledger.Recipient;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A provider that sends to every app of every device at a steady rate, to each one notification
 * after the other, so that their order is known. Every second notification that may not have been
 * accepted is sent again under the same id.
 */
public final class ProviderLoad implements AutoCloseable {
  private static final int ATTEMPTS = 4;
  private static final long PAUSE_MILLIS = 200;

  private final Ledger ledger;
  private final Devices devices;
  private final ProviderRoute http;
  private final ProviderRoute kafka;
  private final long interval;
  private final List<Line> lines = new ArrayList<>();
  private final List<Thread> senders = new ArrayList<>();
  private final ReadWriteLock gate = new ReentrantReadWriteLock();
  private volatile boolean stopped;

  /** The notifications of one recipient. */
  private record Line(Recipient recipient, Mixture mixture, Semaphore hurry) {}

  /**
   * Creates a load; {@link #start} starts it.
   *
   * @param rate notifications a second, to all devices together
   * @param seed decides what is sent
   */
  public ProviderLoad(
      Ledger ledger,
      Devices devices,
      ProviderRoute http,
      ProviderRoute kafka,
      double rate,
      long seed) {
    this.ledger = ledger;
    this.devices = devices;
    this.http = http;
    this.kafka = kafka;
    long run = UUID.randomUUID().getMostSignificantBits();
    for (Recipient recipient : ledger.recipients()) {
      var mixture = new Mixture(recipient, run, seed, InstantSource.system());
      lines.add(new Line(recipient, mixture, new Semaphore(0)));
    }
    this.interval = (long) (TimeUnit.SECONDS.toNanos(1) * lines.size() / rate);
  }

  public void start() {
    for (int number = 0; number < lines.size(); number++) {
      Line line = lines.get(number);
      // Spread over the interval.
      long due = System.nanoTime() + interval * number / lines.size();
      senders.add(Thread.ofVirtual().name("provider-" + number).start(() -> send(line, due)));
    }
  }

  /** Sends a device a notification immediately, one that it must confirm. */
  public void hurry(int device) {
    Semaphore waiting = lines.get(device * Devices.APPS.size()).hurry();
    if (waiting.availablePermits() == 0) {
      waiting.release();
    }
  }

  /**
   * Stops sending until {@link #resume}, which the same thread must call, and waits for the
   * outstanding answers.
   */
  public void pause() {
    gate.writeLock().lock();
  }

  /** Continues after {@link #pause}. */
  public void resume() {
    gate.writeLock().unlock();
  }

  private void send(Line line, long first) {
    long due = first;
    try {
      while (!stopped) {
        boolean hurried = line.hurry().tryAcquire(due - System.nanoTime(), TimeUnit.NANOSECONDS);
        if (stopped) {
          return;
        }
        sendOne(line, hurried);
        due = Math.max(due + interval, System.nanoTime());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void sendOne(Line line, boolean hurried) throws InterruptedException {
    gate.readLock().lockInterruptibly();
    try {
      String token = devices.token(line.recipient()).orElseThrow();
      send(line.recipient(), hurried ? line.mixture().plain(token) : line.mixture().next(token));
    } finally {
      gate.readLock().unlock();
    }
  }

  private void send(Recipient recipient, Push push) throws InterruptedException {
    ledger.sending(recipient, push.token(), push.id(), push.terms());
    for (int attempt = 1; true; attempt++) {
      ProviderAnswer answer = ProviderAnswer.UNKNOWN;
      try {
        answer = (push.path() == Push.Path.HTTP ? http : kafka).send(push);
      } finally {
        ledger.answered(recipient, push.id(), answer);
      }
      boolean again = answer == ProviderAnswer.REFUSED || answer == ProviderAnswer.UNKNOWN;
      if (!again || !push.insists() || attempt == ATTEMPTS || stopped) {
        return;
      }
      Thread.sleep(PAUSE_MILLIS << attempt);
    }
  }

  /** Stops sending, and waits for the outstanding answers. */
  @Override
  public void close() {
    stopped = true;
    lines.forEach(line -> line.hurry().release());
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
