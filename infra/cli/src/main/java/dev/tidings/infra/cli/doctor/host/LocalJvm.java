package dev.tidings.infra.cli.doctor.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tidings.infra.pipeline.TidingsService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A service that runs on this machine, as far as this user may see it.
 *
 * @param service which
 * @param pid its process
 * @param arguments its command line, without the program
 */
public record LocalJvm(TidingsService service, long pid, List<String> arguments) {
  public LocalJvm {
    arguments = List.copyOf(arguments);
  }

  /** Returns all of them. */
  public static List<LocalJvm> all() {
    return ProcessHandle.allProcesses()
        .flatMap(process -> of(process.pid(), arguments(process)).stream())
        .sorted(java.util.Comparator.comparingLong(LocalJvm::pid))
        .toList();
  }

  /** Returns the service that a process is; empty if it is another program. */
  static Optional<LocalJvm> of(long pid, List<String> arguments) {
    for (TidingsService service : TidingsService.values()) {
      if (arguments.contains(service.mainClass())) {
        return Optional.of(new LocalJvm(service, pid, arguments));
      }
    }
    return Optional.empty();
  }

  private static List<String> arguments(ProcessHandle process) {
    try {
      // Linux: whole, while ProcessHandle cuts long ones.
      String line = Files.readString(Path.of("/proc", process.pid() + "", "cmdline"), UTF_8);
      return List.of(line.split("\0", -1));
    } catch (IOException e) {
      return process.info().arguments().map(List::of).orElse(List.of());
    }
  }

  /** Returns the JVM's options: what stands before the main class. */
  public List<String> options() {
    int main = arguments.indexOf(service.mainClass());
    return arguments.subList(0, main);
  }

  /** Returns whether its settings are in a file below a directory. */
  public boolean isOf(Path data) {
    int config = arguments.indexOf("--config");
    return config >= 0
        && config + 1 < arguments.size()
        && Path.of(arguments.get(config + 1)).toAbsolutePath().normalize().startsWith(data);
  }

  /** Returns a name for people. */
  public String name() {
    return service.command() + " (process " + pid + ")";
  }
}
