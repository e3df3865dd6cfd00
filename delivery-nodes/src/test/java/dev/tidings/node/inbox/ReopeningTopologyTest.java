package dev.tidings.node.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.parked.CollapseKeys;
import dev.tidings.node.parked.ParkedHeader;
import dev.tidings.node.parked.ParkedHeaderReader;
import dev.tidings.node.parked.ParkedIndex;
import dev.tidings.node.parked.ParkedStore;
import dev.tidings.node.window.Life;
import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.registry.config.RegistryConfig;
import dev.tidings.schemas.value.DeviceId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A partition that an unexpected failure has closed, and nobody to restart the node.
 *
 * <p>Shows G11 of docs/guarantees.md.
 */
class ReopeningTopologyTest {
  private static final String INBOX = "tidings.inbox";
  private static final byte[] FENCE = Fence.create();

  @TempDir Path directory;

  private final List<String> happened = new ArrayList<>();
  private final Reopened owner = new Reopened();
  private RegistryClient registry;
  private TopologyTestDriver driver;
  private TestInputTopic<byte[], byte[]> inbox;

  /** Fails when the test says so. */
  private final class Opened implements InboxListener {
    private boolean failed;

    @Override
    public void stored(
        DeviceId device, long sequence, ParkedHeader parkedHeader, ParkedHeader before) {}

    @Override
    public void removed(DeviceId device, long sequence, ParkedHeader removed) {}

    @Override
    public void lives(Life life) {}

    @Override
    public void fencePassed(byte[] fence) {
      happened.add("fence for " + owner.opened.indexOf(this));
    }

    @Override
    public boolean hasFailed() {
      return failed;
    }
  }

  private final class Reopened implements Ownership {
    private final List<Opened> opened = new ArrayList<>();

    @Override
    public InboxListener acquired(int partition, ParkedStore store, ParkedIndex index) {
      happened.add("acquired");
      opened.add(new Opened());
      return opened.getLast();
    }

    @Override
    public void lost(int partition) {
      happened.add("lost");
    }
  }

  @BeforeEach
  void start() {
    registry =
        new RegistryClient(
            RegistryConfig.of(Map.of(RegistryConfig.URL, "http://nobody-is-asked.invalid")));
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, "reopening-test");
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "none:9092");
    config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
    driver =
        new TopologyTestDriver(
            InboxTopology.of(
                INBOX,
                owner,
                () -> new ParkedHeaderReader(registry, new CollapseKeys(Set.of())),
                (device, app, token) -> false),
            config);
    inbox = driver.createInputTopic(INBOX, new ByteArraySerializer(), new ByteArraySerializer());
  }

  @AfterEach
  void stop() {
    driver.close();
    registry.close();
  }

  private void pass(Duration time) {
    driver.advanceWallClockTime(time);
  }

  private void fail() {
    owner.opened.getLast().failed = true;
  }

  @Test
  void it_is_given_up_and_acquired_again_and_told_what_happens_from_then_on() {
    pass(Duration.ofMinutes(1));
    assertThat(happened).containsExactly("acquired");

    fail();
    pass(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));
    assertThat(happened).containsExactly("acquired", "lost", "acquired");

    inbox.pipeInput(FENCE, (byte[]) null);
    assertThat(happened).endsWith("fence for 1");
    pass(Duration.ofMinutes(1));
    assertThat(owner.opened).hasSize(2);
  }

  @Test
  void one_that_fails_again_and_again_is_opened_more_and_more_seldom() {
    for (int second = 0; second < 3600; second++) {
      fail();
      pass(Duration.ofSeconds(1));
    }
    assertThat(owner.opened).hasSizeBetween(60, 75);
  }

  @Test
  void one_that_was_open_for_long_is_opened_again_at_once() {
    for (int second = 0; second < 3600; second++) {
      fail();
      pass(Duration.ofSeconds(1));
    }
    pass(Reopening.LONGEST);
    pass(Duration.ofMinutes(11));
    int before = owner.opened.size();

    fail();
    pass(Duration.ofSeconds(1));
    pass(Duration.ofSeconds(1));
    assertThat(owner.opened).hasSize(before + 1);
  }
}
