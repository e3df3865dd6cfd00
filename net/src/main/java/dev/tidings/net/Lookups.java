package dev.tidings.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Looks up the addresses of hosts, in a few threads of its own: the JVM's way to do that takes as
 * long as the name's servers like, and cannot be interrupted. A host is looked up once at a time,
 * however many wait for it, so a name that does not come takes one thread. Thread-safe.
 */
public final class Lookups implements AutoCloseable {
  private static final long IDLE_SECONDS = 30;

  private final Names names;
  private final ExecutorService threads;
  private final Map<String, CompletableFuture<InetAddress[]>> underWay = new ConcurrentHashMap<>();

  /** Finds the addresses of a host, and blocks for it. */
  @FunctionalInterface
  public interface Names {
    InetAddress[] addresses(String host) throws UnknownHostException;
  }

  /**
   * @param thread the name of the threads
   * @param most how many hosts are looked up at once
   */
  public Lookups(Names names, String thread, int most) {
    this(names, most, Thread.ofPlatform().daemon().name(thread + "-", 0).factory());
  }

  /**
   * @param named makes the threads, with their names
   */
  Lookups(Names names, int most, ThreadFactory named) {
    this.names = names;
    this.threads =
        new ThreadPoolExecutor(
            0, most, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), named);
  }

  /**
   * Begins to look a host up, unless that is under way.
   *
   * @throws RejectedExecutionException if too many others are being looked up, or no thread can be
   *     started for it at the moment
   */
  public CompletableFuture<InetAddress[]> find(String host) {
    CompletableFuture<InetAddress[]> mine = new CompletableFuture<>();
    CompletableFuture<InetAddress[]> others = underWay.putIfAbsent(host, mine);
    if (others != null) {
      return others.copy();
    }
    try {
      threads.execute(() -> look(host, mine));
    } catch (RejectedExecutionException e) {
      throw refused(host, mine, e);
    } catch (OutOfMemoryError e) {
      throw refused(host, mine, new RejectedExecutionException(e));
    }
    return mine.copy();
  }

  private RejectedExecutionException refused(
      String host, CompletableFuture<InetAddress[]> mine, RejectedExecutionException why) {
    underWay.remove(host, mine);
    // For whoever has found it meanwhile.
    mine.completeExceptionally(why);
    return why;
  }

  private void look(String host, CompletableFuture<InetAddress[]> found) {
    try {
      InetAddress[] addresses = names.addresses(host);
      underWay.remove(host, found);
      found.complete(addresses);
    } catch (UnknownHostException | RuntimeException | Error e) {
      underWay.remove(host, found);
      found.completeExceptionally(e);
    }
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
