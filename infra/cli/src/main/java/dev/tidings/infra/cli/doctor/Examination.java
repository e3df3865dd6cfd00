package dev.tidings.infra.cli.doctor;

import dev.tidings.infra.process.Ports;
import dev.tidings.infra.process.Ports.Wanted;
import dev.tidings.infra.process.PortsTakenException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/**
 * All checks of a pipeline, one after the other.
 *
 * @param wanted the ports that are to be free if nothing runs
 * @param clock of this machine
 */
public record Examination(Site site, List<Wanted> wanted, InstantSource clock) {
  private static final int LEAST_JAVA = 25;

  public Examination {
    wanted = List.copyOf(wanted);
  }

  /** Runs them; takes some seconds for each part that does not answer. */
  public List<Check> run() throws InterruptedException {
    List<Check> checks = new ArrayList<>();
    checks.add(java(Runtime.version().feature(), System.getProperty("java.home", "")));
    checks.addAll(new KafkaChecks(site).run());
    checks.addAll(new HttpChecks(site, clock).run());
    if (checks.stream().skip(1).noneMatch(Check::sound)) {
      // Nothing runs: could it?
      checks.add(ports(wanted));
    }
    return checks;
  }

  static Check ports(List<Wanted> wanted) {
    try {
      Ports.check(wanted);
      return Check.sound("ports", "all are free: ./tidings up can be started");
    } catch (PortsTakenException e) {
      return Check.failed("ports", String.valueOf(e.getMessage()));
    }
  }

  static Check java(int version, String home) {
    return new Check(
        "Java",
        version >= LEAST_JAVA,
        version + " in " + home + (version < LEAST_JAVA ? " (expected: 25 or later)" : ""));
  }
}
