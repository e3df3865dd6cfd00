package dev.tidings.infra.cli.doctor;

import com.sun.management.OperatingSystemMXBean;
import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.host.CertificateChecks;
import dev.tidings.infra.cli.doctor.host.ConnectionLimits;
import dev.tidings.infra.cli.doctor.host.DiskChecks;
import dev.tidings.infra.cli.doctor.host.JvmChecks;
import dev.tidings.infra.cli.doctor.host.Kernel;
import dev.tidings.infra.cli.doctor.host.LocalJvm;
import dev.tidings.infra.cli.doctor.host.PortChecks;
import dev.tidings.infra.cli.doctor.kafka.KafkaChecks;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.ports.Ports.Wanted;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * All checks of a pipeline, one after the other.
 *
 * @param wanted the ports that are to be free if nothing runs
 * @param clock of this machine
 */
public record Examination(Subject subject, List<Wanted> wanted, InstantSource clock) {
  private static final int LEAST_JAVA = 25;
  private static final int PARTS = 4;

  /** Is told how far the examination is. */
  public interface Progress {
    /** The number of parts that are done, of all, and what is looked at now. */
    void at(int done, int total, String part);
  }

  public Examination {
    wanted = List.copyOf(wanted);
  }

  /**
   * Runs them; takes some seconds for each part that does not answer.
   *
   * @param found is given each check as soon as it is done
   */
  public void run(Consumer<Check> found, Progress progress)
      throws InterruptedException, IOException {
    found.accept(java(Runtime.version().feature(), System.getProperty("java.home", "")));
    List<Check> parts = new ArrayList<>();
    progress.at(0, PARTS, "Kafka");
    parts.addAll(tell(new KafkaChecks(subject.site(), clock).run(), found));
    progress.at(1, PARTS, "the schema registry and the services");
    parts.addAll(tell(new HttpChecks(subject.site(), clock).run(), found));
    progress.at(2, PARTS, "ports");
    if (parts.stream().noneMatch(Check::sound)) {
      // Nothing runs: could it?
      found.accept(PortChecks.free(wanted));
    } else {
      tell(PortChecks.listening(subject.files()), found);
    }
    progress.at(3, PARTS, "this machine");
    tell(machine(), found);
  }

  private static List<Check> tell(List<Check> checks, Consumer<Check> found) {
    checks.forEach(found);
    return checks;
  }

  private List<Check> machine() throws IOException {
    List<LocalJvm> processes = subject.processes();
    List<LocalJvm> nodes =
        processes.stream()
            .filter(process -> process.service() == TidingsService.DELIVERY_NODE)
            .toList();
    var limits =
        new ConnectionLimits(
            Kernel.here(),
            subject.connections().orElse(ConnectionLimits.USUAL),
            subject.connections().isPresent());
    List<Check> checks = new ArrayList<>(limits.run(nodes));
    var certificates = new CertificateChecks(clock.instant());
    checks.addAll(certificates.files(subject.files(), subject.certificates()));
    subject.tls().forEach(at -> checks.add(certificates.at(at)));
    checks.addAll(DiskChecks.run(subject.data(), subject.files()));
    checks.addAll(new JvmChecks(memory()).run(processes));
    return checks;
  }

  private static long memory() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
        ? system.getTotalMemorySize()
        : 0;
  }

  static Check java(int version, String home) {
    String words = version + " in " + home;
    return version >= LEAST_JAVA
        ? Check.sound("Java", words)
        : Check.failed(
            "Java",
            words + " (expected: 25 or later)",
            "install JDK 25 (https://adoptium.net), or set JAVA_HOME to it");
  }
}
