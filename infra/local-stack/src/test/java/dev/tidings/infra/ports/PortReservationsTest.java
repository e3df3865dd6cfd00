package dev.tidings.infra.ports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tidings.infra.process.ChildProcess;
import dev.tidings.infra.process.Children;
import dev.tidings.infra.process.Programs;
import dev.tidings.infra.process.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class PortReservationsTest {
  private static final int PORT = 20_000;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private final Children children = new Children(Duration.ofSeconds(1));

  @AfterEach
  void tearDown() {
    children.close();
  }

  /** Takes a port in a file, and stays. */
  public static final class Taker {
    public static void main(String[] args) throws InterruptedException {
      PortReservations reservations = PortReservations.in(Path.of(args[0]));
      boolean taken = reservations.take(PORT);
      System.out.println("READY taker taken=" + taken + ":" + PORT);
      Thread.currentThread().join();
    }
  }

  private ChildProcess taker(Path file) throws InterruptedException {
    ChildProcess taker =
        children.start(
            Programs.command(Taker.class, directory.resolve("taker.log"), file.toString()));
    assertThat(new ServiceProcess(taker).awaitReady(PATIENCE).get("taken").host())
        .isEqualTo("true");
    return taker;
  }

  @Test
  void a_port_is_taken_once() {
    PortReservations reservations = PortReservations.in(directory.resolve("ports"));

    assertThat(reservations.take(PORT)).isTrue();
    assertThat(reservations.take(PORT)).isFalse();
    assertThat(reservations.take(PORT + 1)).isTrue();
  }

  @Test
  void what_was_taken_stays_so_though_nobody_refers_to_it() {
    PortReservations reservations = PortReservations.in(directory.resolve("ports"));
    assertThat(reservations.take(PORT)).isTrue();

    System.gc();

    assertThat(reservations.take(PORT)).isFalse();
  }

  @Test
  void what_another_process_has_taken_is_free_when_it_is_killed() throws Exception {
    Path file = directory.resolve("ports");
    ChildProcess other = taker(file);
    PortReservations reservations = PortReservations.in(file);

    assertThat(reservations.take(PORT)).isFalse();
    assertThat(reservations.take(PORT + 1)).isTrue();

    other.kill();

    await().atMost(PATIENCE).until(() -> reservations.take(PORT));
  }

  @Test
  void nobody_else_may_read_or_write_the_file() throws Exception {
    Path file = directory.resolve("ports");
    PortReservations.in(file);

    assertThat(Files.getPosixFilePermissions(file))
        .hasSize(2)
        .map(Enum::name)
        .allMatch(permission -> permission.startsWith("OWNER_"));
  }

  @Test
  void where_there_can_be_no_file_nothing_is_reserved() throws Exception {
    Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "");
    Path link = Files.createSymbolicLink(directory.resolve("ports"), elsewhere);

    assertThat(PortReservations.in(link).take(PORT)).isTrue();
    assertThat(PortReservations.in(directory.resolve("none/ports")).take(PORT)).isTrue();
  }

  @Test
  @Timeout(60)
  void a_pipe_in_the_place_of_the_file_is_not_waited_for() throws Exception {
    Path pipe = directory.resolve("ports");
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();

    assertThat(PortReservations.in(pipe).take(PORT)).isTrue();
  }
}
