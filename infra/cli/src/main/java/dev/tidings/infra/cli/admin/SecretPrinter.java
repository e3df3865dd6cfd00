package dev.tidings.infra.cli.admin;

import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Prints a new secret, once: alone on the standard output, so that it can be written to a file, and
 * its id on the standard error; as JSON both in one object.
 */
final class SecretPrinter {
  private SecretPrinter() {}

  static void print(CommandSpec spec, Output output, String id, String secret) {
    print(spec, output, "id", id, secret);
  }

  static void print(CommandSpec spec, Output output, String label, String id, String secret) {
    if (!output.json()) {
      spec.commandLine().getErr().println(label + ": " + id);
    }
    output.print(secret, Facts.of(label, id).and("secret", secret));
  }
}
