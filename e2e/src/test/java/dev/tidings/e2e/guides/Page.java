package dev.tidings.e2e.guides;

import dev.tidings.infra.stack.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A page in Markdown, as the steps of its reader. Blocks in {@code bash} are commands, those in
 * {@code text} what is shown then. A comment on the line before a block says more of it: {@code
 * <!-- terminal: NAME -->}: another terminal than the main one; {@code <!-- file: NAME -->}: a file
 * that the reader writes; {@code <!-- Ctrl-C: NAME -->} stands alone.
 *
 * @param name its path in the checkout
 */
record Page(String name, List<Step> steps) {
  private static final Pattern FENCE = Pattern.compile("( *)```(\\w*)");
  private static final Pattern NOTE = Pattern.compile(" *<!-- ([\\w-]+): (\\S+) -->");

  /** Blocks that are run elsewhere: those of clients/test/docs.test.ts. */
  private static final Set<String> ELSEWHERE = Set.of("js", "vue", "xml");

  Page {
    steps = List.copyOf(steps);
  }

  /** Reads a page of the checkout. */
  static Page read(String name) {
    try {
      return parse(name, Files.readString(Checkout.find().root().resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The pages of a directory of the checkout. */
  static List<String> in(String directory) {
    Path root = Checkout.find().root();
    try (var files = Files.list(root.resolve(directory))) {
      return files
          .map(file -> root.relativize(file).toString())
          .filter(file -> file.endsWith(".md"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Page parse(String name, String text) {
    return new Page(name, new Parser(name, text.lines().toList()).steps());
  }

  /** Goes through the lines once. */
  private static final class Parser {
    private final String name;
    private final List<String> lines;
    private final List<Step> steps = new ArrayList<>();
    private int next;

    Parser(String name, List<String> lines) {
      this.name = name;
      this.lines = lines;
    }

    List<Step> steps() {
      Optional<Matcher> note = Optional.empty();
      while (next < lines.size()) {
        String line = lines.get(next++);
        Matcher fence = FENCE.matcher(line);
        Matcher said = NOTE.matcher(line);
        if (fence.matches()) {
          block(note, fence.group(1).length(), fence.group(2)).ifPresent(steps::add);
          note = Optional.empty();
        } else if (said.matches() && said.group(1).equals("Ctrl-C")) {
          steps.add(new Step.Interrupt(at(next), said.group(2)));
        } else {
          note = said.matches() ? Optional.of(said) : Optional.empty();
        }
      }
      return steps;
    }

    private String at(int line) {
      return name + ":" + line;
    }

    private Optional<Step> block(Optional<Matcher> note, int indentation, String language) {
      String at = at(next);
      List<String> content = new ArrayList<>();
      while (!lines.get(next).strip().equals("```")) {
        String line = lines.get(next++);
        content.add(line.isBlank() ? "" : line.substring(indentation));
      }
      next++;
      String all = content.stream().map(line -> line + "\n").collect(Collectors.joining());
      if (note.filter(said -> said.group(1).equals("file")).isPresent()) {
        return Optional.of(new Step.NewFile(at, note.get().group(2), all));
      }
      String terminal =
          note.filter(said -> said.group(1).equals("terminal"))
              .map(said -> said.group(2))
              .orElse(Step.MAIN);
      return switch (language) {
        case "bash" -> Optional.of(new Step.Commands(at, terminal, all));
        case "text" -> Optional.of(new Step.Output(at, terminal, content));
        case "java" -> Optional.of(new Step.Statements(at, all));
        case "packets" -> Optional.of(new Step.Packets(at, content));
        // A reference has samples too; what begins with a command is one.
        case "" ->
            all.startsWith("curl ")
                ? Optional.of(new Step.Commands(at, terminal, all))
                : Optional.empty();
        default -> {
          if (!ELSEWHERE.contains(language)) {
            throw new IllegalStateException(at + ": '" + language + "': nothing runs such a block");
          }
          yield Optional.empty();
        }
      };
    }
  }
}
