package dev.tidings.infra.cli.output;

import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;

/**
 * Where a command prints what it has found.
 *
 * @param out the standard output
 * @param json whether programs read it: then each object is a line of JSON
 */
public record Output(PrintWriter out, boolean json) {

  public static Output of(CommandSpec spec, boolean json) {
    return new Output(spec.commandLine().getOut(), json);
  }

  /** Prints the facts, a line each. */
  public void print(Facts facts) {
    print(facts.lines(), facts);
  }

  /**
   * Prints.
   *
   * @param text for people
   * @param facts for programs
   */
  public void print(String text, Facts facts) {
    out.println(json ? facts.json() : text);
    out.flush();
  }

  public void print(Table table) {
    if (json) {
      table.printObjects(out);
    } else {
      table.printColumns(out);
    }
    out.flush();
  }
}
