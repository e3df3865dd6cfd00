package dev.tidings.infra.cli.shell;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * Completions for fish: a line for each command and each option, which counts where the words
 * before the cursor are the command it belongs to.
 *
 * @param root the command
 */
record FishScript(CommandSpec root) {
  private static final String HEAD =
      """
      # Completions of tidings for fish: tidings completion fish
      set -g __tidings_commands %s
      function __tidings_at
          set -l path
          for word in (commandline -opc)[2..-1]
              set -l next (string join ' ' -- $path $word)
              if contains -- $next $__tidings_commands
                  set -a path $word
              end
          end
          test "$path" = "$argv[1]"
      end
      complete -c tidings -f
      """;

  String text() {
    Map<String, CommandSpec> commands = new TreeMap<>();
    collect("", root, commands);
    String names =
        commands.keySet().stream()
            .filter(path -> !path.isEmpty())
            .map(FishScript::quoted)
            .collect(Collectors.joining(" "));
    StringBuilder script = new StringBuilder(HEAD.replace("%s", names));
    commands.forEach(
        (path, command) -> lines(path, command).forEach(line -> script.append(line).append('\n')));
    return script.toString();
  }

  private static void collect(String path, CommandSpec command, Map<String, CommandSpec> all) {
    all.put(path, command);
    for (Map.Entry<String, CommandLine> sub : command.subcommands().entrySet()) {
      collect((path + " " + sub.getKey()).strip(), sub.getValue().getCommandSpec(), all);
    }
  }

  private static List<String> lines(String path, CommandSpec command) {
    String at = "complete -c tidings -n " + quoted("__tidings_at " + quoted(path));
    List<String> lines = new ArrayList<>();
    command
        .subcommands()
        .forEach((name, sub) ->
            lines.add(
                at
                    + " -a "
                    + quoted(name)
                    + summary(sub.getCommandSpec().usageMessage().description())));
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        lines.add(at + names(option) + value(option) + summary(option.description()));
      }
    }
    for (ArgSpec parameter : command.positionalParameters()) {
      if (parameter.completionCandidates() != null) {
        lines.add(at + " -a " + quoted(candidates(parameter)));
      } else if (isFile(parameter)) {
        lines.add(at + " -F");
      }
    }
    return lines;
  }

  private static String names(OptionSpec option) {
    StringBuilder names = new StringBuilder();
    for (String name : option.names()) {
      names.append(name.startsWith("--") ? " -l " + name.substring(2) : " -s " + name.substring(1));
    }
    return names.toString();
  }

  private static String value(OptionSpec option) {
    if (option.arity().max() == 0) {
      return "";
    }
    if (option.completionCandidates() != null) {
      return " -x -a " + quoted(candidates(option));
    }
    return isFile(option) ? " -r -F" : " -x";
  }

  private static boolean isFile(ArgSpec argument) {
    Class<?> type =
        argument.auxiliaryTypes().length > 0 ? argument.auxiliaryTypes()[0] : argument.type();
    return type == Path.class || type == File.class;
  }

  private static String candidates(ArgSpec argument) {
    return StreamSupport.stream(argument.completionCandidates().spliterator(), false)
        .collect(Collectors.joining(" "));
  }

  private static String summary(String[] description) {
    String text = String.join(" ", description).replace("%n", " ").replace("%%", "%").strip();
    int end = text.indexOf(". ");
    return text.isEmpty() ? "" : " -d " + quoted(end < 0 ? text : text.substring(0, end + 1));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
