package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.node.session.CloseReason;
import dev.tidings.schemas.value.DeviceId;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.EventLoopGroup;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices that somebody vouched for who does not any more. */
class UnprovedTopologyTest {
  @TempDir Path directory;

  private final EventLoopGroup loops = new DefaultEventLoopGroup(2);
  private PartitionHarness node;
  private Partitions owner;

  @BeforeEach
  void begin() {
    node = new PartitionHarness(directory);
    owner = node.node(loops);
  }

  @AfterEach
  void end() {
    node.close();
    loops.shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
  }

  private Phone connect(String device) {
    Phone phone = new Phone();
    owner.attach(new DeviceId(device), phone, 1);
    Awaitility.await().until(() -> phone.session() != null);
    return phone;
  }

  @Test
  void they_are_sent_away_and_the_others_stay() {
    Phone first = connect("first");
    Phone second = connect("second");
    Phone other = connect("other");
    first.proofEnds();
    second.proofEnds();

    owner.lookAtProofs();

    for (Phone phone : new Phone[] {first, second}) {
      Awaitility.await().until(() -> phone.closeReason() == CloseReason.NOT_AUTHORIZED);
      assertThat(phone.wasClosedWhereItWasTaken()).isTrue();
    }
    assertThat(other.closeReason()).isNull();
  }

  @Test
  void one_that_has_come_again_meanwhile_stays() {
    Phone before = connect("phone");
    before.proofEnds();
    Phone now = connect("phone");
    Phone gone = connect("gone");
    gone.proofEnds();

    owner.lookAtProofs();

    Awaitility.await().until(() -> gone.closeReason() == CloseReason.NOT_AUTHORIZED);
    assertThat(before.closeReason()).isEqualTo(CloseReason.TAKEN_OVER);
    assertThat(now.closeReason()).isNull();
  }

  @Test
  void each_connection_looks_at_the_apps_that_its_device_receives() {
    Phone first = connect("first");
    Phone second = connect("second");

    owner.lookAtProofs();

    for (Phone phone : new Phone[] {first, second}) {
      Awaitility.await().until(() -> phone.looksAtApps() == 1);
      assertThat(phone.closeReason()).isNull();
    }
  }
}
