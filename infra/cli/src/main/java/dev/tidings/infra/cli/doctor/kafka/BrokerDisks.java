package dev.tidings.infra.cli.doctor.kafka;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.FreeSpace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.LogDirDescription;

/** Whether the brokers' disks work, and have room. */
final class BrokerDisks {
  private static final String WHAT = "broker disks";

  private BrokerDisks() {}

  static List<Check> check(Admin admin, Brokers brokers)
      throws ExecutionException, InterruptedException {
    List<Check> checks = new ArrayList<>();
    Map<Integer, Map<String, LogDirDescription>> all =
        admin.describeLogDirs(brokers.ids()).allDescriptions().get();
    all.forEach((broker, directories) ->
        directories.forEach(
            (path, directory) -> checks.add(check("broker " + broker + ": " + path, directory))));
    return checks;
  }

  private static Check check(String where, LogDirDescription directory) {
    if (directory.error() != null) {
      return Check.failed(
          WHAT,
          where + ": " + directory.error().getMessage(),
          "replace the disk; the broker copies what it had from the others");
    }
    return directory.totalBytes().isPresent() && directory.usableBytes().isPresent()
        ? new FreeSpace(
                where, directory.usableBytes().getAsLong(), directory.totalBytes().getAsLong())
            .check(WHAT)
        : Check.sound(WHAT, where + ": usable; how full it is is not told");
  }
}
