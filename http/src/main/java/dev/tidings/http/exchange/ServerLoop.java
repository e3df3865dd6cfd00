package dev.tidings.http.exchange;

import dev.tidings.http.ErrorResponses;
import dev.tidings.http.HttpService;
import dev.tidings.http.limit.Limits;
import dev.tidings.http.limit.Unread;
import dev.tidings.service.log.Repeated;
import dev.tidings.service.log.SeldomLog;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Future;
import java.time.InstantSource;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Per-event-loop state of a server: its connections, their timeouts, and the queue of finished
 * responses. Those come from other threads, many at once: one task writes all of them and flushes
 * each connection once. There are never more of them than requests. Confined to the loop, except
 * for {@link #answered} and {@link #execute}.
 */
public final class ServerLoop {
  private static final Logger log = LoggerFactory.getLogger(ServerLoop.class);
  private static final long SHORTEST_SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  private static final long LONGEST_SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final int SWEEPS_IN_A_TIMEOUT = 10;

  private final EventExecutor executor;
  private final LongSupplier nanoTime;
  private final InstantSource clock;
  private final DateField date;
  private final Limits limits;
  private final Unread unread;
  private final HttpService service;
  private final ErrorResponses errors;
  private final SeldomLog failures = new SeldomLog(log);

  private final Set<ClientSession> sessions = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<ClientSession> unflushed = Collections.newSetFromMap(new IdentityHashMap<>());
  private final AtomicReference<@Nullable OpenExchange> lastAnswered = new AtomicReference<>();
  private @Nullable Future<?> sweeping;
  private boolean leaving;

  public ServerLoop(
      EventExecutor executor,
      LongSupplier nanoTime,
      InstantSource clock,
      Limits limits,
      Unread unread,
      HttpService service,
      ErrorResponses errors) {
    this.executor = executor;
    this.unread = unread;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.date = new DateField(clock.instant());
    this.limits = limits;
    this.service = service;
    this.errors = errors;
  }

  /** Starts the periodic check for what takes too long. */
  public void start() {
    long shortest = Math.min(limits.requestTimeout().toNanos(), limits.idleTimeout().toNanos());
    long every =
        Math.clamp(shortest / SWEEPS_IN_A_TIMEOUT, SHORTEST_SWEEP_NANOS, LONGEST_SWEEP_NANOS);
    sweeping =
        executor.scheduleWithFixedDelay(
            Repeated.of(ServerLoop.class, "the check for what takes too long", this::sweep),
            every,
            every,
            TimeUnit.NANOSECONDS);
  }

  public long now() {
    return nanoTime.getAsLong();
  }

  /** Returns the field {@code Date} of what is answered now. */
  public AsciiString date() {
    return date.value();
  }

  public HttpService service() {
    return service;
  }

  public ErrorResponses errors() {
    return errors;
  }

  public Limits limits() {
    return limits;
  }

  /** Returns what clients have not read of their responses. */
  public Unread unread() {
    return unread;
  }

  /** Logs what should not have happened. */
  SeldomLog failures() {
    return failures;
  }

  public void add(ClientSession session) {
    sessions.add(session);
    if (leaving) {
      session.goAway();
    }
  }

  public void remove(ClientSession session) {
    sessions.remove(session);
    unflushed.remove(session);
  }

  /** Runs a task in the loop, at once if this is it; never if the loop has ended. */
  public void execute(Runnable task) {
    if (executor.inEventLoop()) {
      task.run();
      return;
    }
    executeLater(task);
  }

  /** Runs a task in the loop, not at once; never if the loop has ended. From any thread. */
  void executeLater(Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      log.debug("the event loop has ended", e);
    }
  }

  /** Has a response written. From any thread. */
  void answered(OpenExchange exchange) {
    if (executor.inEventLoop() && exchange.session().flushesByItself()) {
      write(exchange);
      return;
    }
    OpenExchange before;
    do {
      before = lastAnswered.get();
      exchange.before = before;
    } while (!lastAnswered.compareAndSet(before, exchange));
    if (before == null) {
      try {
        executor.execute(this::writeAnswers);
      } catch (RejectedExecutionException e) {
        log.debug("answered after the event loop had ended", e);
      }
    }
  }

  private void writeAnswers() {
    OpenExchange next = inOrder(lastAnswered.getAndSet(null));
    while (next != null) {
      OpenExchange exchange = next;
      next = exchange.before;
      exchange.before = null;
      if (!exchange.isClosed()) {
        unflushed.add(exchange.session());
      }
      write(exchange);
    }
    if (!unflushed.isEmpty()) {
      ClientSession[] written = unflushed.toArray(ClientSession[]::new);
      unflushed.clear();
      for (ClientSession session : written) {
        session.flush();
      }
    }
  }

  /** One that cannot be written does not keep others from being written. */
  private void write(OpenExchange exchange) {
    try {
      exchange.write();
    } catch (RuntimeException e) {
      failures.error("a response could not be written, its connection is closed", e);
      exchange.session().close();
    }
  }

  private static @Nullable OpenExchange inOrder(@Nullable OpenExchange last) {
    OpenExchange turned = null;
    OpenExchange next = last;
    while (next != null) {
      OpenExchange before = next.before;
      next.before = turned;
      turned = next;
      next = before;
    }
    return turned;
  }

  private void sweep() {
    date.set(clock.instant());
    long now = now();
    forEach(session -> session.sweep(now));
  }

  /** Asks every client to go elsewhere, and those still to come. */
  public void leave() {
    leaving = true;
    forEach(ClientSession::goAway);
  }

  /** Closes every connection and ends the periodic check. */
  public void close() {
    Future<?> task = sweeping;
    if (task != null) {
      task.cancel(false);
    }
    forEach(ClientSession::close);
  }

  private void forEach(Consumer<ClientSession> action) {
    // A copy, for a session may go while it is looked at.
    for (ClientSession session : sessions.toArray(ClientSession[]::new)) {
      try {
        action.accept(session);
      } catch (RuntimeException e) {
        failures.error("a connection is closed", e);
        session.close();
      }
    }
  }
}
