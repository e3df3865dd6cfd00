package dev.tidings.infra.load;

import dev.tidings.infra.device.Devices;
import dev.tidings.infra.ledger.Recipient;
import dev.tidings.infra.ledger.Terms;
import java.time.InstantSource;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Generates the notifications of one recipient: a random mixture of all options and all routes,
 * determined by a seed. Not thread-safe.
 */
final class Mixture {
  /** The app most of whose notifications are written to Kafka by their provider. */
  private static final int OVER_KAFKA = 1;

  private static final int COLLAPSE_IDS = 2;
  private static final long SECOND = 1_000;

  /** The number of recipients that get notifications with the same ids: the apps of two devices. */
  private static final int GROUP = 2 * Devices.APPS.size();

  private final Recipient recipient;
  private final long run;
  private final int index;
  private final SplittableRandom random;
  private final InstantSource clock;
  private int single;
  private int shared;

  /**
   * @param run distinguishes the ids of this run from all others
   */
  Mixture(Recipient recipient, long run, long seed, InstantSource clock) {
    this.recipient = recipient;
    this.run = run;
    this.index = recipient.device() * Devices.APPS.size() + recipient.app();
    this.random = new SplittableRandom(seed + index);
    this.clock = clock;
  }

  /** Returns the next notification. */
  Push next(String token) {
    Push.Path path = path();
    return push(token, id(), terms(path), path, random.nextBoolean());
  }

  /** Returns a notification that only its device's confirmation ends. */
  Push plain(String token) {
    return push(token, singleId(), Terms.PLAIN, Push.Path.HTTP, false);
  }

  private Push push(String token, String id, Terms terms, Push.Path path, boolean insists) {
    return new Push(token, Devices.app(recipient), id, terms, path, insists);
  }

  private Push.Path path() {
    if (recipient.app() != OVER_KAFKA || isOneIn(5)) {
      return Push.Path.HTTP;
    }
    return isOneIn(2) ? Push.Path.KAFKA : isOneIn(3) ? Push.Path.KAFKA_ANY : Push.Path.KAFKA_CRC32;
  }

  private String id() {
    if (isOneIn(10)) {
      return new UUID(~run, (long) (index / GROUP) << 32 | shared++).toString();
    }
    return singleId();
  }

  private String singleId() {
    return new UUID(run, (long) index << 32 | single++).toString();
  }

  private Terms terms(Push.Path path) {
    int lane =
        switch (path) {
          case HTTP, KAFKA -> 0;
          case KAFKA_CRC32 -> 1;
          case KAFKA_ANY -> Terms.ANY_ORDER;
        };
    if (isOneIn(8)) {
      return new Terms(Optional.empty(), OptionalLong.of(Terms.AT_ONCE), Terms.ANY_ORDER);
    }
    // It must be known which of two is newer.
    Optional<String> collapseId =
        lane != Terms.ANY_ORDER && isOneIn(6)
            ? Optional.of("lane-%d-%d".formatted(lane, random.nextInt(COLLAPSE_IDS)))
            : Optional.empty();
    return new Terms(collapseId, isOneIn(6) ? soon() : OptionalLong.empty(), lane);
  }

  /** Returns an expiration in whole seconds, as in APNs, that has not passed yet. */
  private OptionalLong soon() {
    return OptionalLong.of((clock.millis() / SECOND + random.nextInt(2, 6)) * SECOND);
  }

  private boolean isOneIn(int number) {
    return random.nextInt(number) == 0;
  }
}
