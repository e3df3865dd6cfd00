package dev.tidings.infra.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.infra.process.ChildFailedException;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Programs;
import dev.tidings.infra.process.ServiceProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreshPortsTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final Children children = new Children(Duration.ofSeconds(1));
  private final List<Integer> chosen = new ArrayList<>();

  @AfterEach
  void tearDown() {
    children.close();
  }

  private int choose() {
    chosen.add(Ports.free());
    return chosen.getLast();
  }

  private int listen(int port) throws InterruptedException {
    return start(Programs.Listener.class, Integer.toString(port));
  }

  private int start(Class<?> program, String... arguments) throws InterruptedException {
    var command = Programs.command(program, directory.resolve("log"), arguments);
    return new ServiceProcess(children.start(command)).awaitReady(PATIENCE).get("any").port();
  }

  private static ServerSocket strangerOn(int port) throws Exception {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }

  @Test
  void of_a_port_that_a_stranger_has_taken_meanwhile_another_is_chosen() throws Exception {
    try (ServerSocket stranger = strangerOn(choose())) {
      int taken = stranger.getLocalPort();
      int port =
          FreshPorts.<Integer, Exception>start(
              () -> listen(chosen.size() == 1 ? again() : choose()));

      assertThat(chosen).hasSize(3).startsWith(taken, taken);
      assertThat(port).isEqualTo(chosen.getLast()).isNotEqualTo(taken);
    }
  }

  private int again() {
    chosen.add(chosen.getFirst());
    return chosen.getLast();
  }

  @Test
  void a_port_that_stays_taken_is_a_failure_in_the_end() throws Exception {
    try (ServerSocket stranger = strangerOn(choose())) {
      assertThatThrownBy(() -> FreshPorts.start(() -> listen(again())))
          .isInstanceOfSatisfying(
              ChildFailedException.class, e -> assertThat(e.isAboutTakenPort()).isTrue())
          .hasMessageContaining("Address already in use");
      assertThat(chosen).hasSize(4).containsOnly(stranger.getLocalPort());
    }
  }

  @Test
  void who_fails_otherwise_is_started_once() {
    assertThatThrownBy(() ->
            FreshPorts.start(() -> {
              choose();
              return start(Programs.Broken.class);
            }))
        .isInstanceOf(ChildFailedException.class)
        .hasMessageContaining("no such broker");
    assertThat(chosen).hasSize(1);
  }
}
