package dev.tidings.schemas.installation;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * A token key that processes of the installation have.
 *
 * @param fingerprint what tells it from another of the same id
 * @param held when one of them last said that it has it
 * @param making when one of them last said that it makes tokens under it; the epoch: none has
 */
record KnownKey(String fingerprint, Instant held, Instant making) {
  /** What the records' keys begin with; the key's id follows. */
  static final String PREFIX = "token-key/";

  /** As long as the log keeps notifications. */
  static final Duration RETIRED_AFTER = Duration.ofDays(7);

  /** Longer than it takes a process that makes tokens to say so again. */
  static final Duration MAKING_FOR = Duration.ofHours(1);

  /** How often at least one of the processes that have a key says so. */
  static final Duration SAID_EVERY = Duration.ofMinutes(10);

  static Optional<KnownKey> of(byte[] value) {
    Fields fields = Fields.of(value);
    return fields
        .text("fingerprint")
        .map(fingerprint ->
            new KnownKey(fingerprint, instant(fields, "held"), instant(fields, "making")));
  }

  private static Instant instant(Fields fields, String name) {
    return Instant.ofEpochMilli(fields.number(name).orElse(0L));
  }

  byte[] bytes() {
    return "fingerprint=%s\nheld=%d\nmaking=%d\n"
        .formatted(fingerprint, held.toEpochMilli(), making.toEpochMilli())
        .getBytes(StandardCharsets.UTF_8);
  }

  /** Whether nobody has had it for long. */
  boolean isRetired(Instant now) {
    return held.plus(RETIRED_AFTER).isBefore(now);
  }

  /** Whether somebody makes tokens under it. */
  boolean isMaking(Instant now) {
    return making.plus(MAKING_FOR).isAfter(now);
  }

  /** What is known after another record of the same key. */
  KnownKey and(KnownKey later) {
    return new KnownKey(fingerprint, max(held, later.held), max(making, later.making));
  }

  private static Instant max(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }
}
