package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Devices come, go, confirm, stall and are displaced at random, while notifications arrive.
 * Whatever the order of events: nothing is lost, each is first pushed in order, none comes again
 * once its confirmation was taken, and a repetition says so.
 *
 * <p>Shows G11, G13, G14, G15 and G16 of docs/guarantees.md.
 */
class RandomRunTopologyTest {
  private static final int DEVICES = 4;
  private static final int EVENTS = 600;

  @TempDir Path directory;

  /** What is known of one device from outside. */
  private static final class Device {
    private final String name;
    private final List<String> sent = new ArrayList<>();
    private final Set<String> firstSeen = new LinkedHashSet<>();
    private final Set<String> confirmed = new HashSet<>();
    private final List<Phone> phones = new ArrayList<>();
    private int read;
    private int answered;

    Device(String name) {
      this.name = name;
    }

    boolean isConnected() {
      return !phones.isEmpty() && phones.getLast().closeReason() == null;
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        1, 2, 3, 5, 8, 13, 21, 34, 2, 34, 2, 34, 2, 34, 55, 89, 144, 233, 377, 610, 2, 34, 2, 34, 2
      })
  void nothing_is_lost_reordered_or_repeated_after_its_confirmation(long seed) {
    Random random = new Random(seed);
    try (PartitionHarness harness = new PartitionHarness(directory)) {
      List<Device> devices = new ArrayList<>();
      for (int i = 0; i < DEVICES; i++) {
        devices.add(new Device("device-" + i));
      }
      for (int event = 0; event < EVENTS; event++) {
        step(harness, devices.get(random.nextInt(DEVICES)), random);
      }
      finish(harness, devices);
      assertThat(harness.low()).isEqualTo(devices.stream().mapToInt(d -> d.sent.size()).sum());
      for (Device device : devices) {
        assertThat(device.firstSeen).containsExactlyElementsOf(device.sent);
        assertThat(device.sent)
            .allSatisfy(
                id -> assertThat(harness.receipt(id).getOutcome()).isEqualTo(Outcome.DELIVERED));
      }
    }
  }

  private static void step(PartitionHarness harness, Device device, Random random) {
    switch (random.nextInt(10)) {
      case 0 -> {
        device.phones.add(harness.connect(device.name, 1 + random.nextInt(5)));
        device.read = 0;
        device.answered = 0;
      }
      case 1 -> {
        if (device.isConnected() && device.phones.getLast().session() != null) {
          device.phones.getLast().session().detached();
          device.phones.getLast().close(null);
          device.phones.add(new Phone());
          device.read = 0;
          device.answered = 0;
        }
      }
      case 2 -> harness.advance(PartitionHarness.PARK_AFTER.dividedBy(3));
      case 3 -> harness.settle();
      case 4, 5, 6 -> confirmOne(harness, device);
      default -> device.sent.add(harness.arrive(device.name));
    }
    look(device);
  }

  private static void confirmOne(PartitionHarness harness, Device device) {
    look(device);
    if (device.phones.isEmpty()) {
      return;
    }
    Phone phone = device.phones.getLast();
    if (device.answered < device.read && phone.session() != null) {
      Phone.Push push = phone.pushes().get(device.answered++);
      phone.confirm(push);
      harness.pump();
      device.confirmed.add(push.id());
    }
  }

  /** Notes what has come since the last look, and holds it against what may come. */
  private static void look(Device device) {
    if (device.phones.isEmpty()) {
      return;
    }
    List<Phone.Push> pushes = device.phones.getLast().pushes();
    while (device.read < pushes.size()) {
      Phone.Push push = pushes.get(device.read++);
      assertThat(device.confirmed).doesNotContain(push.id());
      boolean seen = !device.firstSeen.add(push.id());
      if (seen) {
        assertThat(push.duplicate()).as("DUP of %s", push.id()).isTrue();
      }
    }
  }

  private static void finish(PartitionHarness harness, List<Device> devices) {
    for (Device device : devices) {
      device.phones.add(harness.connect(device.name, 5));
      device.read = 0;
      device.answered = 0;
    }
    harness.until(() -> {
      for (Device device : devices) {
        look(device);
        while (device.answered < device.read) {
          confirmOne(harness, device);
        }
      }
      return devices.stream().allMatch(device -> device.confirmed.containsAll(device.sent));
    });
    harness.until(
        () -> harness.low() == devices.stream().mapToInt(device -> device.sent.size()).sum());
  }
}
