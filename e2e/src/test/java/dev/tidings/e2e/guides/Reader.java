package dev.tidings.e2e.guides;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Does what a page says, in its order, in a directory of its own. */
final class Reader implements AutoCloseable {
  /** What this test has done in another way before it reads a page. */
  static final Set<String> DONE = Set.of("./tidings up\n");

  private final Path directory;
  private final Map<String, String> environment;
  private final UnaryOperator<String> local;
  private final Map<String, Terminal> terminals = new HashMap<>();

  /**
   * @param directory where commands are run
   * @param environment of the commands
   * @param local puts what is here in place of what the page names: ports, hosts, directories
   */
  Reader(Path directory, Map<String, String> environment, UnaryOperator<String> local) {
    this.directory = directory;
    this.environment = Map.copyOf(environment);
    this.local = local;
  }

  void follow(Page page) throws Exception {
    for (Step step : page.steps()) {
      follow(step);
    }
  }

  void follow(Step step) throws Exception {
    switch (step) {
      case Step.Commands commands -> run(commands);
      case Step.Output shown -> isShown(shown);
      case Step.NewFile file -> write(file);
      case Step.Interrupt(String at, String terminal) -> {
        assertThat(terminals).as(at).containsKey(terminal);
        Terminal ended = terminals.remove(terminal);
        ended.interrupt();
        ended.close();
      }
      case Step.Statements _, Step.Packets _ ->
          throw new AssertionError(step.at() + ": not run here");
    }
  }

  private void run(Step.Commands commands) throws IOException, InterruptedException {
    if (DONE.contains(commands.script())) {
      return;
    }
    String name = commands.terminal();
    String script = local.apply(commands.script());
    if (!terminals.containsKey(name)) {
      terminals.put(
          name, new Terminal(directory, name.equals(Step.MAIN) ? "main" : name, environment));
    }
    Terminal terminal = terminals.get(name);
    if (name.equals(Step.MAIN)) {
      assertThat(terminal.run(script))
          .as(() -> commands.at() + "\n" + script + "\n" + terminal.output())
          .isTrue();
    } else {
      terminal.begin(script);
    }
  }

  private void isShown(Step.Output shown) {
    if (!terminals.containsKey(shown.terminal())) {
      // Of what this test has done in another way.
      assertThat(shown.terminal()).as(shown.at()).isEqualTo(Step.MAIN);
      return;
    }
    Terminal terminal = terminals.get(shown.terminal());
    if (shown.terminal().equals(Step.MAIN)) {
      assertShown(shown, terminal.output());
    } else {
      await().untilAsserted(() -> assertShown(shown, terminal.output()));
    }
  }

  private void assertShown(Step.Output shown, String output) {
    assertThat(Shown.missing(shown.lines().stream().map(local).toList(), output))
        .as(() -> shown.at() + " (expected in what was shown):\n" + output)
        .isEmpty();
  }

  private void write(Step.NewFile file) throws IOException {
    Path path = directory.resolve(local.apply(file.name()));
    Files.createDirectories(path.getParent());
    Files.writeString(path, local.apply(file.content()));
  }

  @Override
  public void close() throws IOException {
    for (Terminal terminal : terminals.values()) {
      terminal.close();
    }
  }
}
