package dev.tidings.infra.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Programs;
import dev.tidings.infra.process.ServiceProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PortsTest {
  @TempDir Path directory;
  private final Children children = new Children(Duration.ofSeconds(1));

  @AfterEach
  void tearDown() {
    children.close();
  }

  @Test
  void all_taken_ports_are_reported_at_once() throws Exception {
    try (var first = new ServerSocket(0);
        var second = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var wanted =
          List.of(
              new Ports.Wanted("kafka", "--kafka-port", first.getLocalPort()),
              new Ports.Wanted("mqtt", "--mqtt-port", 0),
              new Ports.Wanted("http", "--http-port", second.getLocalPort()));

      assertThatThrownBy(() -> Ports.settle(wanted))
          .isInstanceOf(PortsTakenException.class)
          .hasMessage(
              """
              kafka port %d is taken (set --kafka-port, or 0 for any free one)
              http port %d is taken (set --http-port, or 0 for any free one)\
              """
                  .formatted(first.getLocalPort(), second.getLocalPort()));
    }
  }

  @Test
  void zero_is_any_free_port_and_no_two_are_the_same() {
    var settled =
        Ports.settle(
            List.of(new Ports.Wanted("a", "--a-port", 0), new Ports.Wanted("b", "--b-port", 0)));

    assertThat(settled.byName().values()).doesNotHaveDuplicates().doesNotContain(0);
  }

  @Test
  void any_free_port_is_one_that_no_outgoing_connection_is_given() {
    PortSpan span = PortSpan.ofThisMachine();

    assertThat(Ports.free()).isBetween(span.lowest(), span.highest());
  }

  @Test
  void a_free_port_is_given_as_it_was_asked_for() {
    int free = Ports.settle(List.of(new Ports.Wanted("a", "--a-port", 0))).get("a");

    assertThat(Ports.settle(List.of(new Ports.Wanted("a", "--a-port", free))).get("a"))
        .isEqualTo(free);
  }

  @Test
  void no_port_is_chosen_twice_whoever_chooses() throws Exception {
    // Of 22,768 ports, so that even without a rule some would be the same.
    int many = 600;
    ChildProcess other =
        children.start(
            Programs.command(
                Chooser.class, directory.resolve("chooser.log"), Integer.toString(many)));
    Path chosen = directory.resolve("chooser.log");
    new ServiceProcess(other).awaitReady(Duration.ofSeconds(60));
    List<Integer> ports = new ArrayList<>();
    for (String line : Files.readAllLines(chosen)) {
      if (line.startsWith("chose ")) {
        ports.add(Integer.parseInt(line.substring("chose ".length())));
      }
    }
    assertThat(ports).hasSize(many);

    for (int i = 0; i < many; i++) {
      ports.add(Ports.free());
    }

    assertThat(ports).doesNotHaveDuplicates();
  }

  /** Chooses ports, and stays. */
  public static final class Chooser {
    public static void main(String[] args) throws InterruptedException {
      for (int i = 0; i < Integer.parseInt(args[0]); i++) {
        System.out.println("chose " + Ports.free());
      }
      System.out.println("READY chooser");
      Thread.currentThread().join();
    }
  }
}
