package dev.tidings.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServiceProcessTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private Children children;

  @BeforeEach
  void setUp() {
    children = new Children(Duration.ofMillis(200));
  }

  @AfterEach
  void tearDown() {
    children.close();
  }

  @Test
  void a_ready_service_says_where_it_listens() throws Exception {
    Endpoints endpoints = start(Programs.Service.class).awaitReady(PATIENCE);

    assertThat(endpoints.get("http")).isEqualTo(new HostPort("0.0.0.0", 8080));
    assertThat(endpoints.get("http").local()).hasToString("localhost:8080");
    assertThat(endpoints.get("mqtt")).hasToString("[::1]:1883");
    assertThatThrownBy(() -> endpoints.get("https"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("endpoint: https (expected: one of [http, mqtt])");
  }

  @Test
  void a_service_that_ends_first_is_reported_with_the_end_of_its_log() {
    ServiceProcess service = start(Programs.Broken.class);

    assertThatThrownBy(() -> service.awaitReady(PATIENCE))
        .hasMessage("Broken ended with exit code 7 before it was ready: no such broker: nowhere")
        .asInstanceOf(type(ChildFailedException.class))
        .extracting(ChildFailedException::lastLines)
        .isEqualTo(List.of("no such broker: nowhere"));
  }

  @Test
  void a_restarted_service_is_not_ready_because_it_was_before() throws Exception {
    ServiceProcess service = start(Programs.Service.class);
    service.awaitReady(PATIENCE);
    service.kill();
    ChildProcess second = children.start(Programs.command(Programs.Broken.class, service.log()));

    assertThatThrownBy(() -> new ServiceProcess(second).awaitReady(PATIENCE))
        .isInstanceOf(ChildFailedException.class);
  }

  @Test
  void a_terminated_service_ends_in_order() throws Exception {
    ServiceProcess service = start(Programs.Service.class);
    service.awaitReady(PATIENCE);

    assertThat(service.terminate(PATIENCE)).isEqualTo(143);
    assertThat(service.isAlive()).isFalse();
  }

  @Test
  void a_service_that_does_not_end_in_time_is_killed() throws Exception {
    ServiceProcess service = start(Programs.Stubborn.class);
    service.awaitReady(PATIENCE);

    assertThat(service.terminate(Duration.ofMillis(100))).isEqualTo(137);
  }

  @Test
  void a_paused_child_does_nothing_until_it_is_resumed_and_still_ends_when_asked_to()
      throws Exception {
    ServiceProcess service = start(Programs.Service.class);
    service.awaitReady(PATIENCE);

    service.child().pause();
    assertThat(service.child().isPaused()).isTrue();
    ProcessHandle.of(service.pid()).orElseThrow().destroy();
    assertThat(service.child().awaitEnd(Duration.ofMillis(300))).isFalse();
    service.child().resume();
    assertThat(service.child().awaitEnd(PATIENCE)).isTrue();

    ServiceProcess another = start(Programs.Service.class);
    another.awaitReady(PATIENCE);
    another.child().pause();
    assertThat(another.terminate(PATIENCE)).isEqualTo(143);
  }

  @Test
  void a_log_that_has_grown_large_is_set_aside_while_the_child_writes_on() throws Exception {
    ServiceProcess service = start(Programs.Chatty.class);
    service.awaitReady(PATIENCE);
    await().atMost(PATIENCE).until(() -> Files.size(service.log()) > (16L << 20));

    service.child().rotateLog();

    assertThat(Files.size(service.log().resolveSibling("service.log.1"))).isGreaterThan(16L << 20);
    await().atMost(PATIENCE).until(() -> Files.size(service.log()) > 0);
    assertThat(Files.size(service.log())).isLessThan(16L << 20);
    assertThat(service.child().lastLines(1)).isNotEmpty();
  }

  @Test
  void children_that_have_been_ended_start_nothing_more() {
    children.close();

    assertThatThrownBy(() -> start(Programs.Service.class))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("Service is not started: everything is stopping");
  }

  private ServiceProcess start(Class<?> program) {
    return new ServiceProcess(
        children.start(Programs.command(program, directory.resolve("service.log"))));
  }
}
