package dev.tidings.infra.cli.admin.options;

import dev.tidings.control.Administration;
import dev.tidings.control.ControlChange;
import dev.tidings.control.ControlEntries;
import dev.tidings.infra.cli.output.Output;
import java.io.IOException;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How what shuts somebody out is written: it must not have to wait for the schema registry. */
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class Removal {
  @Mixin private AdminOptions options;

  @Option(
      names = "--without-registry",
      description =
          "While the schema registry is away: without a line in tidings.audit, for which it is"
              + " needed. Who, when and what are headers of the record in tidings.control.")
  private boolean withoutRegistry;

  /** Returns where a command prints. */
  public Output output(CommandSpec spec) {
    return options.output(spec);
  }

  /**
   * Removes an entry.
   *
   * @param change decides that, of the entries that there are
   */
  public void write(Function<ControlEntries, ControlChange<?>> change, CommandSpec spec)
      throws IOException, InterruptedException {
    if (!withoutRegistry) {
      try (Administration admin = options.open()) {
        admin.write(change.apply(admin.entries()));
      } catch (KafkaException e) {
        spec.commandLine()
            .getErr()
            .println("tidings: if it is the schema registry that is away: --without-registry");
        throw e;
      }
      return;
    }
    try (Administration admin = options.openWithoutRegistry()) {
      admin.removeWithoutLine(change.apply(admin.entries()));
    }
    spec.commandLine()
        .getErr()
        .println("tidings: this has no line in tidings.audit (expected: note it elsewhere)");
  }
}
