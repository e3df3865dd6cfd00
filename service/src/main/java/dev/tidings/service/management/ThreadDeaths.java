package dev.tidings.service.management;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Counts threads that died of an uncaught exception, by their names without numbers: those of
 * requests end alone, and those that others replace are otherwise seen in the log only.
 * Thread-safe.
 */
public final class ThreadDeaths implements Consumer<Thread> {
  private static final Pattern NUMBER = Pattern.compile("[- ]?\\d+$");
  private static final Pattern CLIENT = Pattern.compile(" \\| .*$");

  private final MeterRegistry metrics;

  /** Counts in this registry, from the first one on. */
  public ThreadDeaths(MeterRegistry metrics) {
    this.metrics = metrics;
  }

  @Override
  public void accept(Thread thread) {
    Counter.builder("tidings.threads.died")
        .description("Threads that died of an exception that nobody caught.")
        .tag("thread", kind(thread))
        .register(metrics)
        .increment();
  }

  /** There are few of these, whatever requests and clients their threads are named after. */
  private static String kind(Thread thread) {
    String name = thread.getName();
    if (thread.isVirtual()) {
      int end = name.indexOf('-');
      return end < 0 ? "virtual" : name.substring(0, end);
    }
    String client = CLIENT.matcher(name).replaceFirst("");
    while (NUMBER.matcher(client).find()) {
      client = NUMBER.matcher(client).replaceFirst("");
    }
    return client;
  }
}
