package dev.tidings.node.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.schemas.avro.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * One owner after the other takes the partition over, at random: some let go in order, some crash
 * at any of their writes, some don't know that they own nothing any more and go on. Notifications
 * expire, replace one another and come twice meanwhile. Whatever happens: each is delivered, or its
 * receipt says why not and is right, and each device sees its own in order.
 *
 * <p>Shows G27 and G72 of docs/guarantees.md.
 */
class RandomTakeoverTopologyTest {
  private static final int DEVICES = 3;
  private static final int EVENTS = 400;

  @TempDir Path directory;

  private record Sent(String id, @Nullable String collapseId, long expiration) {}

  private static final class Device {
    private final String name;
    private final List<Sent> sent = new ArrayList<>();
    private final Set<String> seen = new LinkedHashSet<>();
    private @Nullable Phone phone;
    private int answered;

    Device(String name) {
      this.name = name;
    }

    void connect(PartitionHarness owner, int credit) {
      look();
      phone = owner.connect(name, credit);
      answered = 0;
    }

    void vanish() {
      look();
      if (phone != null && phone.session() != null && phone.closeReason() == null) {
        phone.session().detached();
      }
      phone = null;
    }

    void confirmOne() {
      look();
      if (phone != null && phone.session() != null && answered < phone.pushes().size()) {
        phone.confirm(phone.pushes().get(answered++));
      }
    }

    void look() {
      if (phone != null) {
        seen.addAll(phone.ids());
      }
    }
  }

  private final FakeLog log = new FakeLog();
  private final List<Device> devices = new ArrayList<>();
  private final List<PartitionHarness> zombies = new ArrayList<>();
  private int owners;
  private @Nullable PartitionHarness owner;

  private PartitionHarness owner() {
    return Objects.requireNonNull(owner);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  void whoever_owns_the_partition_each_notification_is_delivered_or_accounted_for(long seed) {
    Random random = new Random(seed);
    try (log) {
      for (int i = 0; i < DEVICES; i++) {
        devices.add(new Device("device-" + i));
      }
      takeOver(PartitionHarness.NEVER);
      for (int event = 0; event < EVENTS; event++) {
        step(devices.get(random.nextInt(DEVICES)), random);
      }
      finish();
      devices.forEach(this::check);
    } finally {
      zombies.forEach(PartitionHarness::close);
      owner().close();
    }
  }

  private void takeOver(int steps) {
    owner =
        new PartitionHarness(
            directory.resolve("owner-" + owners++), log, PartitionHarness.RULES, steps);
    owner().feedDeliveries();
  }

  private void step(Device device, Random random) {
    switch (random.nextInt(24)) {
      case 0 -> change(random);
      case 1, 2, 3 -> device.connect(owner(), 1 + random.nextInt(5));
      case 4 -> device.vanish();
      case 5 -> owner().advance(PartitionHarness.PARK_AFTER.dividedBy(3));
      case 6, 7, 8 -> owner().settle();
      case 9 -> zombies.forEach(PartitionHarness::pump);
      case 10, 11, 12, 13, 14 -> device.confirmOne();
      case 15 -> repeat(device, random);
      default -> send(device, random);
    }
    device.look();
  }

  private void change(Random random) {
    devices.forEach(device -> {
      device.look();
      device.phone = null;
    });
    if (random.nextInt(3) == 0) {
      zombies.add(owner());
    } else {
      owner().close();
    }
    takeOver(random.nextBoolean() ? PartitionHarness.NEVER : random.nextInt(80));
  }

  private void send(Device device, Random random) {
    @Nullable String collapseId = random.nextInt(3) == 0 ? "c" + random.nextInt(2) : null;
    long expiration =
        random.nextInt(4) == 0 ? owner().now() + random.nextInt(20_000) : Long.MAX_VALUE;
    String id =
        owner()
            .arrive(
                device.name,
                delivery ->
                    delivery
                        .setCollapseId(collapseId)
                        .setExpiration(expiration == Long.MAX_VALUE ? null : expiration));
    device.sent.add(new Sent(id, collapseId, expiration));
  }

  private void repeat(Device device, Random random) {
    if (!device.sent.isEmpty()) {
      // An upstream retry: within the window it comes again under the same id.
      int back = random.nextInt(Math.min(5, device.sent.size()));
      Sent again = device.sent.get(device.sent.size() - 1 - back);
      owner()
          .arrive(
              device.name,
              delivery ->
                  delivery
                      .setId(again.id())
                      .setCollapseId(again.collapseId())
                      .setExpiration(
                          again.expiration() == Long.MAX_VALUE ? null : again.expiration()));
    }
  }

  private void finish() {
    zombies.forEach(PartitionHarness::settle);
    if (owner().isDead()) {
      owner().close();
      takeOver(PartitionHarness.NEVER);
    } else {
      zombies.add(owner());
      takeOver(PartitionHarness.NEVER);
    }
    devices.forEach(device -> device.connect(owner(), 5));
    owner()
        .until(() -> {
          owner().advance(Duration.ofMillis(100));
          for (Device device : devices) {
            int pushes = Objects.requireNonNull(device.phone).pushes().size();
            while (device.answered < pushes) {
              device.confirmOne();
            }
            device.look();
          }
          return devices.stream()
                  .flatMap(device -> device.sent.stream())
                  .allMatch(sent -> log.ending(sent.id()) != null)
              && owner().low() == log.deliveries().size();
        });
  }

  private void check(Device device) {
    Map<String, String> newest = new HashMap<>();
    List<String> inOrder = new ArrayList<>();
    for (Sent sent : device.sent.reversed()) {
      Outcome outcome = log.ending(sent.id()).getOutcome();
      switch (outcome) {
        case DELIVERED -> assertThat(device.seen).contains(sent.id());
        case EXPIRED -> assertThat(sent.expiration()).isLessThanOrEqualTo(owner().now());
        case COLLAPSED ->
            assertThat(newest).as("newer than %s", sent).containsKey(sent.collapseId());
        default -> throw new AssertionError(sent + " ended as " + outcome);
      }
      if (sent.collapseId() != null) {
        newest.put(sent.collapseId(), sent.id());
      }
      inOrder.addFirst(sent.id());
    }
    inOrder.retainAll(device.seen);
    assertThat(device.seen).containsExactlyElementsOf(inOrder);
  }
}
