package dev.tidings.service.lifecycle;

import dev.tidings.service.config.Config;
import dev.tidings.service.config.Setting;
import dev.tidings.service.config.Settings;
import dev.tidings.service.health.Readiness;
import dev.tidings.service.management.ManagementServer;
import dev.tidings.service.management.ManagementSettings;
import dev.tidings.service.management.Metrics;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A service as its authors would write one, to be run as a process of its own. */
final class SampleService {

  private static final Logger log = LoggerFactory.getLogger(SampleService.class);

  private static final Setting<Integer> MANAGEMENT_PORT = ManagementSettings.port(0);
  private static final Setting<Boolean> HANGS =
      Setting.bool("hangs", false, "Whether it never gets ready.");
  private static final Settings SETTINGS =
      Settings.of(ManagementSettings.HOST, MANAGEMENT_PORT, HANGS);

  public static void main(String[] args) {
    System.exit(ServiceMain.run(args, "sample", SETTINGS, SampleService::start));
  }

  private static void start(Config config, Lifecycle lifecycle) throws Exception {
    // As libraries write numbers and names, which do not say in which language.
    log.info(
        "numbers {}, names {}", "%,d".formatted(1_234_567), "id".toUpperCase(Locale.getDefault()));
    Readiness readiness = new Readiness();
    ManagementServer management =
        ManagementServer.start(
            config.get(ManagementSettings.HOST),
            config.get(MANAGEMENT_PORT),
            Metrics.registry("sample"),
            readiness);
    lifecycle.onStop("management", Duration.ofSeconds(1), management::close);
    lifecycle.onStop("readiness", Duration.ofSeconds(1), readiness::draining);
    if (config.get(HANGS)) {
      log.info("hanging");
      new CountDownLatch(1).await();
    }
    lifecycle.started(Map.of("management", management.address()));
  }

  private SampleService() {}
}
