package dev.tidings.infra.cli.shell;

import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/**
 * Prints why a command was not understood: in a line, and what was meant if it is much like it. All
 * of the help would hide it; only whoever says nothing at all gets that.
 */
public final class RefusalPrinter implements CommandLine.IParameterExceptionHandler {
  @Override
  public int handleParseException(ParameterException refused, String[] arguments) {
    CommandLine command = refused.getCommandLine();
    PrintWriter err = command.getErr();
    if (arguments.length == 0) {
      command.usage(err);
    } else {
      err.println("tidings: " + refused.getMessage());
      UnmatchedArgumentException.printSuggestions(refused, err);
      err.println(command.getCommandSpec().qualifiedName() + " --help tells more");
    }
    return command.getCommandSpec().exitCodeOnInvalidInput();
  }
}
