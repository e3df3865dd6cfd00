package dev.tidings.bench.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The options for the output of results. */
final class OutputArguments {
  @Option(
      names = "--json",
      paramLabel = "FILE",
      description = "Appends the line of JSON to this file too.")
  Optional<Path> file = Optional.empty();

  /** Prints the line of JSON, as the last one. */
  void write(PrintWriter out, ObjectNode json) throws IOException {
    out.println();
    out.println(json);
    out.flush();
    if (file.isPresent()) {
      Files.write(
          file.get(),
          List.of(json.toString()),
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    }
  }
}
