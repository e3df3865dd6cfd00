package dev.tidings.infra.cli.shell;

import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** Documents the exit codes of commands, which those have in common that do not say others. */
public final class ExitCodes {
  private static final String HEADING = "%nExit codes:%n";

  private ExitCodes() {}

  /** Adds them to the help of a command and of all below it. */
  public static void document(CommandLine command) {
    UsageMessageSpec usage = command.getCommandSpec().usageMessage();
    usage.exitCodeListHeading(HEADING);
    if (usage.exitCodeList().isEmpty()) {
      Map<String, String> codes = common();
      if (command.getParent() == null) {
        codes.put("3", "see the help of topics create and of broadcast");
      }
      usage.exitCodeList(codes);
    }
    command.getSubcommands().values().forEach(ExitCodes::document);
  }

  private static Map<String, String> common() {
    Map<String, String> codes = new LinkedHashMap<>();
    codes.put("0", "all went well");
    codes.put("1", "something failed");
    codes.put("2", "the command was not understood");
    return codes;
  }
}
