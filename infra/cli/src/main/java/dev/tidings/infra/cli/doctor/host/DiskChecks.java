package dev.tidings.infra.cli.doctor.host;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.cli.doctor.check.FreeSpace;
import dev.tidings.infra.cli.doctor.check.ServiceFiles;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whether the disks with the services' data on this machine have room. */
public final class DiskChecks {
  private static final String WHAT = "disk";

  private DiskChecks() {}

  /**
   * Looks at the disks, each once.
   *
   * @param data the local stack's data directory
   */
  public static List<Check> run(Path data, ServiceFiles services) throws IOException {
    Map<FileStore, Path> stores = new LinkedHashMap<>();
    List<Path> directories =
        Stream.concat(
                Stream.of(data),
                services.byName().keySet().stream()
                    .flatMap(name -> services.value(name, "state.dir").stream())
                    .map(Path::of))
            .filter(Files::isDirectory)
            .toList();
    for (Path directory : directories) {
      stores.putIfAbsent(Files.getFileStore(directory), directory);
    }
    java.util.ArrayList<Check> checks = new java.util.ArrayList<>();
    for (Map.Entry<FileStore, Path> store : stores.entrySet()) {
      checks.add(
          new FreeSpace(
                  store.getValue().toString(),
                  store.getKey().getUsableSpace(),
                  store.getKey().getTotalSpace())
              .check(WHAT));
    }
    return checks;
  }
}
