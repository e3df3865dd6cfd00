package dev.tidings.infra.cli.shell;

import java.time.LocalDate;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/**
 * The man page of a command, in roff.
 *
 * @param command which
 * @param date of the page
 */
record ManPage(CommandSpec command, LocalDate date) {
  private static final String SECTION = "1";

  /** Returns the name of the file: {@code tidings-admin-team.1}. */
  String fileName() {
    return name() + "." + SECTION;
  }

  private String name() {
    return command.qualifiedName("-");
  }

  String text() {
    UsageMessageSpec usage = command.usageMessage();
    StringBuilder page = new StringBuilder();
    page.append(
        ".TH \"%s\" \"%s\" \"%s\" \"%s\" \"Tidings\"\n"
            .formatted(name().toUpperCase(Locale.ROOT), SECTION, date, version()));
    section(page, "NAME");
    page.append(text(name())).append(" \\- ").append(text(summary(usage))).append('\n');
    section(page, "SYNOPSIS");
    page.append(text(synopsis())).append('\n');
    section(page, "DESCRIPTION");
    paragraphs(page, List.of(usage.description()));
    parameters(page);
    options(page);
    commands(page);
    section(page, "EXIT STATUS");
    usage.exitCodeList().forEach((code, meaning) -> item(page, code, List.of(meaning)));
    footer(page, List.of(usage.footer()));
    seeAlso(page);
    return page.toString();
  }

  private String version() {
    return String.join(" ", command.root().version());
  }

  private static String summary(UsageMessageSpec usage) {
    String all = String.join(" ", usage.description());
    int end = all.indexOf(". ");
    String first = end < 0 ? all : all.substring(0, end);
    return first.endsWith(".") ? first.substring(0, first.length() - 1) : first;
  }

  private String synopsis() {
    return new Help(command, Help.defaultColorScheme(Help.Ansi.OFF))
        .synopsis(0)
        .replaceAll("\\s+", " ")
        .strip();
  }

  private void parameters(StringBuilder page) {
    List<PositionalParamSpec> shown =
        command.positionalParameters().stream().filter(each -> !each.hidden()).toList();
    if (!shown.isEmpty()) {
      section(page, "ARGUMENTS");
      shown.forEach(each -> item(page, each.paramLabel(), List.of(each.description())));
    }
  }

  private void options(StringBuilder page) {
    section(page, "OPTIONS");
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        String names = String.join(", ", option.names());
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        item(page, names + value, List.of(option.description()));
      }
    }
  }

  private void commands(StringBuilder page) {
    if (!command.subcommands().isEmpty()) {
      section(page, "COMMANDS");
      for (Map.Entry<String, CommandLine> sub : command.subcommands().entrySet()) {
        UsageMessageSpec usage = sub.getValue().getCommandSpec().usageMessage();
        item(page, sub.getKey(), List.of(summary(usage) + "."));
      }
    }
  }

  /** Lines that are indented are examples: they stay as they are. */
  private static void footer(StringBuilder page, List<String> lines) {
    if (lines.stream().noneMatch(line -> !line.isBlank())) {
      return;
    }
    section(page, "EXAMPLES");
    boolean literal = false;
    for (String line : lines) {
      if (line.isBlank()) {
        continue;
      }
      if (line.startsWith("  ") != literal) {
        page.append(literal ? ".fi\n.PP\n" : ".PP\n.nf\n");
        literal = !literal;
      }
      page.append(text(line)).append('\n');
    }
    page.append(literal ? ".fi\n" : "");
  }

  private void seeAlso(StringBuilder page) {
    String others =
        java.util.stream.Stream.concat(
                java.util.stream.Stream.ofNullable(command.parent())
                    .map(parent -> parent.qualifiedName("-")),
                command.subcommands().keySet().stream().map(sub -> name() + "-" + sub))
            .map(other -> ".BR " + text(other) + " (" + SECTION + ")")
            .collect(Collectors.joining(" ,\n"));
    if (!others.isEmpty()) {
      section(page, "SEE ALSO");
      page.append(others).append('\n');
    }
  }

  private static void section(StringBuilder page, String title) {
    page.append(".SH ").append(title).append('\n');
  }

  private static void item(StringBuilder page, String term, List<String> description) {
    page.append(".TP\n.B ").append(text(term)).append('\n');
    page.append(text(String.join(" ", description))).append('\n');
  }

  private static void paragraphs(StringBuilder page, List<String> texts) {
    boolean first = true;
    for (String each : texts) {
      page.append(first ? "" : ".PP\n").append(text(each)).append('\n');
      first = false;
    }
  }

  /** Returns a text in which nothing is a request of roff. */
  private static String text(String text) {
    String escaped =
        text.replace("%n", " ")
            .replace("%%", "%")
            .replace("\\", "\\e")
            .replace("-", "\\-")
            .replace("…", "\\[u2026]");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
