package dev.tidings.infra.cli.stack;

import dev.tidings.infra.certs.StackCertificates;
import dev.tidings.infra.cli.output.Facts;
import dev.tidings.infra.cli.output.Output;
import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Certificates for development. */
@Command(
    name = "certs",
    description = {
      "Shows the certificates of the local stack: a CA for clients to trust, and a server"
          + " certificate with its key for all services. Creates them if they are missing, and"
          + " replaces them before they expire.",
      "A running service notices a new server certificate within ten seconds."
    },
    footer = {"", "For example:", "  tidings certs --name push.example.com"})
// picocli sets the fields.
@SuppressWarnings("NullAway.Init")
public final class CertsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description =
          "Where the PEM files are kept (default: tls in the data directory: $TIDINGS_HOME, or"
              + " .tidings in the checkout).")
  private Optional<Path> directory = Optional.empty();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "A host name or address that the certificate is for, besides those it has: localhost,"
              + " 127.0.0.1, ::1 and earlier ones. May be repeated.")
  private List<String> names = new ArrayList<>();

  @Option(names = "--json", description = "Prints where they are as an object in a line.")
  private boolean json;

  @Override
  public Integer call() throws IOException, GeneralSecurityException {
    Path in =
        directory.orElseGet(
            () -> StackArguments.directory(Optional.empty(), Checkout.find()).resolve("tls"));
    StackCertificates certificates;
    try {
      certificates = StackCertificates.in(in.toAbsolutePath().normalize(), names, Instant.now());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--" + e.getMessage(), e);
    }
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      Output.of(spec, true)
          .print(
              Facts.of("ca", certificates.ca())
                  .and("certificate", certificates.certificate())
                  .and("key", certificates.key())
                  .and("names", certificates.names())
                  .and("validUntil", certificates.until().truncatedTo(ChronoUnit.SECONDS)));
      return ExitCode.OK;
    }
    out.println("CA, for clients to trust    " + certificates.ca());
    out.println("server certificate          " + certificates.certificate());
    out.println("its key                     " + certificates.key());
    out.println("names                       " + String.join(", ", certificates.names()));
    out.println(
        "valid until                 " + certificates.until().truncatedTo(ChronoUnit.SECONDS));
    out.println();
    settings(out, "ingest-api", "tls", certificates);
    settings(out, "delivery-node", "mqtt.tls", certificates);
    return ExitCode.OK;
  }

  private static void settings(
      PrintWriter out, String service, String prefix, StackCertificates certificates) {
    out.println("Settings of " + service + ":");
    out.println("  " + prefix + ".certificate=" + certificates.certificate());
    out.println("  " + prefix + ".key=" + certificates.key());
  }
}
