package dev.tidings.service.lifecycle;

import dev.tidings.service.config.Settings;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line, which is the same for all services. */
@Command(
    mixinStandardHelpOptions = true,
    versionProvider = Version.class,
    footer = {
      "",
      "A setting a.b-c can also be given as the environment variable TIDINGS_A_B_C.",
      "--set wins over the environment, and that over the file."
    })
final class ServiceCommand implements Callable<Integer> {

  private final Settings settings;
  private final ServiceRun service;
  private final PrintStream out;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A properties file with the settings of this service.")
  private Optional<Path> file = Optional.empty();

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets one setting; may be repeated.")
  private Map<String, String> overrides = new LinkedHashMap<>();

  @Option(names = "--print-settings", description = "Prints the table of settings and exits.")
  private boolean printSettings;

  ServiceCommand(Settings settings, ServiceRun service, PrintStream out) {
    this.settings = settings;
    this.service = service;
    this.out = out;
  }

  @Override
  public Integer call() {
    if (printSettings) {
      out.print(settings.markdown());
      return ServiceMain.OK;
    }
    return service.run(settings, file, overrides);
  }
}
