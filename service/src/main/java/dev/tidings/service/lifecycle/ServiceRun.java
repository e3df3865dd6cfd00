package dev.tidings.service.lifecycle;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.ConfigException;
import dev.tidings.service.config.Settings;
import dev.tidings.service.kafka.KafkaThreads;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run of a service, from its configuration to its exit code. */
final class ServiceRun {

  private static final Logger log = LoggerFactory.getLogger(ServiceMain.class);

  /** Time that an interrupted starter has to return. */
  private static final Duration START_GIVES_UP_WITHIN = Duration.ofSeconds(10);

  private final String command;
  private final Starter starter;
  private final PrintStream out;
  private final PrintStream err;
  private final IntConsumer halt;

  ServiceRun(String command, Starter starter, PrintStream out, PrintStream err, IntConsumer halt) {
    this.command = command;
    this.starter = starter;
    this.out = out;
    this.err = err;
    this.halt = halt;
  }

  int run(Settings settings, Optional<Path> file, Map<String, String> overrides) {
    Config config;
    try {
      config = Config.read(settings, file, overrides);
    } catch (ConfigException e) {
      return refuse(e);
    }
    log.info("{} configured: {}", command, config);
    settings.secrets().stream()
        .filter(overrides::containsKey)
        .forEach(name ->
            log.warn(
                "{}: given as an argument, which every user of this machine can read"
                    + " (expected: in a file or the environment)",
                name));
    MemoryRule.complaint(ManagementFactory.getRuntimeMXBean().getInputArguments())
        .ifPresent(log::warn);
    try (Lifecycle lifecycle = new Lifecycle(command, out)) {
      Thread hook = new Thread(() -> onSignal(lifecycle), "shutdown");
      Runtime.getRuntime().addShutdownHook(hook);
      Thread.setDefaultUncaughtExceptionHandler(lifecycle::died);
      try (KafkaThreads threads = KafkaThreads.watch(lifecycle::clientDied)) {
        return serve(lifecycle, config);
      } finally {
        Thread.setDefaultUncaughtExceptionHandler(null);
        remove(hook);
      }
    }
  }

  private int serve(Lifecycle lifecycle, Config config) {
    try {
      lifecycle.start(starter, config);
    } catch (ConfigException e) {
      lifecycle.close();
      return refuse(e);
    } catch (Exception | Error e) {
      log.debug("{} failed to start", command, e);
      // A stop during the start interrupts the starter, which may then throw any exception.
      if (!lifecycle.isStopping()) {
        lifecycle.close();
        err.println(command + ": failed to start: " + Reason.of(e));
        return ServiceMain.FAILED;
      }
    }
    int exitCode = lifecycle.awaitStop();
    lifecycle.failure().ifPresent(cause -> err.println(command + ": failed: " + Reason.of(cause)));
    return exitCode;
  }

  private int refuse(ConfigException refused) {
    log.debug("{} refused its configuration", command, refused);
    err.println(command + ": can't be run with this configuration:");
    refused.problems().forEach(problem -> err.println("  " + problem));
    return ServiceMain.USAGE;
  }

  /**
   * Handles a signal, in the shutdown hook. The JVM would exit with 143 or 130 although the stop
   * was orderly, hence the halt; nothing is lost by it, because every part has been stopped by
   * then.
   */
  private void onSignal(Lifecycle lifecycle) {
    lifecycle.requestStop();
    try {
      lifecycle.awaitStartEnded(START_GIVES_UP_WITHIN);
    } catch (InterruptedException e) {
      log.debug("{} interrupted while stopping", command, e);
    }
    lifecycle.close();
    halt.accept(lifecycle.exitCode());
  }

  private static void remove(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      log.trace("a signal came first", e);
    }
  }
}
