package dev.tidings.auth.device.jwt;

import dev.tidings.auth.Decision;
import dev.tidings.auth.RefusalReason;
import dev.tidings.auth.device.DeviceAuthenticator;
import dev.tidings.auth.device.DeviceCredentials;
import dev.tidings.auth.device.DeviceIdentity;
import dev.tidings.auth.device.IssuerEntry;
import dev.tidings.auth.device.Outcomes;
import dev.tidings.auth.jose.CompactJws;
import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.VerificationKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Mode {@code jwt}: the password, or the Authentication Data of {@link #METHOD}, is a token of a
 * known issuer, signed with one of its keys, whose subject is the device. Everything but its
 * presence and size is looked at by the given executor, never on an event loop; if that refuses
 * more work, the answer is {@link RefusalReason#UNAVAILABLE}. A token that names an unknown key
 * waits until the issuer's keys have been read again, if they may be, without a thread.
 */
public final class JwtDevices implements DeviceAuthenticator {
  private static final Logger log = LoggerFactory.getLogger(JwtDevices.class);

  /** The method by which MQTT 5 carries the token instead of as a password. */
  static final String METHOD = "tidings-jwt";

  /** Of devices that wait for keys; each holds its token meanwhile. */
  static final int MAX_WAITING = 1_024;

  private final Issuers issuers;
  private final Executor executor;
  private final Outcomes outcomes = new Outcomes();
  private final AtomicInteger waiting = new AtomicInteger();

  /**
   * @param executor checks tokens; bounded
   */
  JwtDevices(Issuers issuers, Executor executor) {
    this.issuers = issuers;
    this.executor = executor;
  }

  /** What was decided so far. */
  public Outcomes outcomes() {
    return outcomes;
  }

  /** Returns how many issuers have no keys, so that none of their devices is accepted. */
  public int issuersWithoutKeys() {
    return issuers.withoutKeys();
  }

  /** Returns why no device can be accepted; empty if there is a key of at least one issuer. */
  public Optional<String> wrong() {
    return issuers.wrong();
  }

  @Override
  public Optional<DeviceIdentity> provedElsewhere(DeviceIdentity identity) {
    Optional<IssuerEntry> entry = identity.issuer().entry();
    return entry.isEmpty()
        ? Optional.of(identity)
        : issuers.entered(entry.get()).map(identity::issuedBy);
  }

  @Override
  public Optional<String> authenticationMethod() {
    return Optional.of(METHOD);
  }

  @Override
  public CompletionStage<Decision<DeviceIdentity>> authenticate(DeviceCredentials credentials) {
    byte[] password = credentials.password();
    Attempt attempt = new Attempt(credentials.serial(), password == null ? new byte[0] : password);
    if (attempt.token.length == 0) {
      attempt.refuse(RefusalReason.MISSING, "token: none (expected: a JWT)");
    } else if (attempt.token.length > CompactJws.MAX_BYTES) {
      attempt.refuse(
          RefusalReason.INVALID,
          "token: %d bytes (expected: a JWT of at most %d)"
              .formatted(attempt.token.length, CompactJws.MAX_BYTES));
    } else {
      submit(attempt, attempt::check);
    }
    return attempt.answer;
  }

  private void submit(Attempt attempt, Runnable task) {
    try {
      executor.execute(task);
    } catch (RejectedExecutionException e) {
      attempt.refuse(RefusalReason.UNAVAILABLE, "too many tokens to check at once");
    }
  }

  /** One CONNECT, or one re-authentication. */
  private final class Attempt {
    private final String serial;
    private final byte[] token;
    private final CompletableFuture<Decision<DeviceIdentity>> answer = new CompletableFuture<>();

    Attempt(String serial, byte[] token) {
      this.serial = serial;
      this.token = token;
    }

    void check() {
      try {
        CompactJws jws = CompactJws.read(token);
        Claims claims = Claims.read(jws.payload());
        Optional<KnownIssuer> issuer = issuers.find(claims.issuer());
        if (issuer.isEmpty()) {
          unknown();
          return;
        }
        Optional<VerificationKey> key = issuer.get().keys().find(jws.keyId());
        if (key.isPresent()) {
          verify(issuer.get(), key.get(), jws, claims);
        } else {
          missing(issuer.get(), jws, claims);
        }
      } catch (JoseException e) {
        refuse(RefusalReason.INVALID, e.text());
      } catch (RuntimeException e) {
        failed(e);
      }
    }

    private void unknown() {
      if (issuers.entered().isComplete()) {
        refuse(RefusalReason.INVALID, "token's iss (expected: a known issuer)");
      } else {
        refuse(RefusalReason.UNAVAILABLE, "not all issuers are known yet");
      }
    }

    private void missing(KnownIssuer issuer, CompactJws jws, Claims claims) {
      if (waiting.incrementAndGet() > MAX_WAITING) {
        waiting.decrementAndGet();
        refuse(RefusalReason.UNAVAILABLE, "too many devices wait for the issuer's keys");
        return;
      }
      Optional<CompletableFuture<Void>> reading = issuer.keys().readNow();
      if (reading.isEmpty()) {
        waiting.decrementAndGet();
        again(issuer, jws, claims);
        return;
      }
      reading
          .get()
          .whenComplete((_, _) -> {
            waiting.decrementAndGet();
            submit(this, () -> again(issuer, jws, claims));
          });
    }

    /** The keys are as new as they can be. */
    private void again(KnownIssuer issuer, CompactJws jws, Claims claims) {
      try {
        Optional<VerificationKey> key = issuer.keys().find(jws.keyId());
        if (key.isPresent()) {
          verify(issuer, key.get(), jws, claims);
        } else if (issuer.keys().isOutdated()) {
          refuse(RefusalReason.UNAVAILABLE, "the issuer's keys cannot be read at the moment");
        } else {
          refuse(
              RefusalReason.INVALID,
              "token's kid (expected: a key of the issuer; none only if it has one key)");
        }
      } catch (RuntimeException e) {
        failed(e);
      }
    }

    private void verify(KnownIssuer issuer, VerificationKey key, CompactJws jws, Claims claims) {
      if (key.verifies(jws)) {
        decide(issuer.check().decide(claims, serial));
      } else {
        refuse(RefusalReason.INVALID, "token's signature (expected: the issuer's, by its alg)");
      }
    }

    private void failed(RuntimeException failure) {
      log.error("device {}: its token cannot be checked", serial, failure);
      refuse(RefusalReason.UNAVAILABLE, "the token cannot be checked");
    }

    void refuse(RefusalReason reason, String detail) {
      decide(new Decision.Refused<>(reason, detail));
    }

    private void decide(Decision<DeviceIdentity> decision) {
      outcomes.count(decision);
      answer.complete(decision);
    }
  }
}
