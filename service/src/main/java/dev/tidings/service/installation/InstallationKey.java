package dev.tidings.service.installation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token key that processes of the installation have.
 *
 * @param fingerprint distinguishes it from another key of the same id
 * @param held when a process last recorded that it has the key
 * @param making when a process last recorded that it creates tokens under the key; the epoch if
 *     none has
 */
record InstallationKey(String fingerprint, Instant held, Instant making) {
  /** The prefix of the records' keys; the key's id follows. */
  static final String PREFIX = "token-key/";

  /**
   * A key is retired after this time without a record of it: as long as the log keeps
   * notifications.
   */
  static final Duration RETIRED_AFTER = Duration.ofDays(7);

  /**
   * How long a record of token creation is valid: longer than {@link #SAID_EVERY}, so that a
   * process renews it in time.
   */
  static final Duration MAKING_FOR = Duration.ofHours(1);

  /** How often at least one of the processes that have a key records it. */
  static final Duration SAID_EVERY = Duration.ofMinutes(10);

  static Optional<InstallationKey> of(byte[] value) {
    NamedValues namedValues = NamedValues.of(value);
    return namedValues
        .text("fingerprint")
        .map(fingerprint ->
            new InstallationKey(
                fingerprint, instant(namedValues, "held"), instant(namedValues, "making")));
  }

  private static Instant instant(NamedValues namedValues, String name) {
    return Instant.ofEpochMilli(namedValues.number(name).orElse(0L));
  }

  byte[] bytes() {
    return "fingerprint=%s\nheld=%d\nmaking=%d\n"
        .formatted(fingerprint, held.toEpochMilli(), making.toEpochMilli())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Returns whether no process has recorded the key for {@link #RETIRED_AFTER}. */
  boolean isRetired(Instant now) {
    return held.plus(RETIRED_AFTER).isBefore(now);
  }

  /** Returns whether a process creates tokens under the key. */
  boolean isMaking(Instant now) {
    return making.plus(MAKING_FOR).isAfter(now);
  }

  /** Returns the state after another record of the same key. */
  InstallationKey and(InstallationKey later) {
    return new InstallationKey(fingerprint, max(held, later.held), max(making, later.making));
  }

  private static Instant max(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
