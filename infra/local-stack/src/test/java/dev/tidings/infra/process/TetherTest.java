package dev.tidings.infra.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TetherTest {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;
  private Children children;

  @BeforeEach
  void setUp() {
    children = new Children(Duration.ofSeconds(1));
  }

  @AfterEach
  void tearDown() {
    children.close();
  }

  @ParameterizedTest
  @ValueSource(classes = {Programs.Service.class, Programs.Stubborn.class})
  void a_child_does_not_outlive_a_parent_that_is_killed(Class<?> program) throws Exception {
    ChildProcess parent =
        children.start(
            Programs.command(
                Programs.Parent.class,
                directory.resolve("parent.log"),
                program.getName(),
                directory.resolve("child.log").toString()));
    int childPid = new ServiceProcess(parent).awaitReady(PATIENCE).get("child").port();
    ProcessHandle child = ProcessHandle.of(childPid).orElseThrow();
    assertThat(child.isAlive()).isTrue();

    parent.kill();

    await().atMost(PATIENCE).until(() -> !child.isAlive());
  }

  @Test
  void a_child_leads_its_own_session_so_that_ctrl_c_does_not_reach_it() throws Exception {
    ChildProcess child =
        children.start(Programs.command(Programs.Service.class, directory.resolve("log")));
    new ServiceProcess(child).awaitReady(PATIENCE);
    Path stat = Path.of("/proc", Long.toString(child.pid()), "stat");
    assumeTrue(Files.exists(stat), "needs /proc");

    String fields = Files.readString(stat);
    // Behind the name: state, parent, process group, session.
    String[] behindName = fields.substring(fields.lastIndexOf(')') + 2).split(" ", -1);

    assertThat(behindName[2]).isEqualTo(Long.toString(child.pid()));
    assertThat(behindName[3]).isEqualTo(Long.toString(child.pid()));
  }
}
