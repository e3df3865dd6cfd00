package dev.tidings.auth.device.jwt;

import dev.tidings.auth.device.jwt.keys.KeySource;
import dev.tidings.auth.jose.JoseException;
import dev.tidings.auth.jose.KeySet;
import dev.tidings.auth.jose.VerificationKey;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The keys of one issuer, in memory. They are read again now and then, and when a token names one
 * that is not among them, but not more often than the source may be asked; one reading at a time.
 * While the source cannot be read, the keys that were read last stay. Thread-safe.
 */
final class IssuerKeys {
  private static final Logger log = LoggerFactory.getLogger(IssuerKeys.class);

  private final String issuer;
  private final KeySource source;
  private final Executor readers;
  private final LongSupplier nanoTime;

  private volatile KeySet keys = KeySet.EMPTY;

  /** Why the last reading failed; empty if it did not, or there was none. */
  private volatile String failure = "";

  // Guarded by this.
  private @Nullable CompletableFuture<Void> underWay;
  private boolean wasRead;
  private long lastBegun;

  /**
   * @param readers run the readings, each of which may take some seconds
   */
  IssuerKeys(String issuer, KeySource source, Executor readers, LongSupplier nanoTime) {
    this.issuer = issuer;
    this.source = source;
    this.readers = readers;
    this.nanoTime = nanoTime;
  }

  /** Returns the key with that id; without an id, the only one. */
  Optional<VerificationKey> find(Optional<String> id) {
    return keys.find(id);
  }

  /** Returns whether a key may exist that is not known here. */
  boolean isOutdated() {
    return keys.keys().isEmpty() || !failure.isEmpty();
  }

  /** Returns whether there is no key, so that no device can be accepted. */
  boolean isEmpty() {
    return keys.keys().isEmpty();
  }

  /** Returns how the last reading went, for an operator. */
  String state() {
    String why = failure;
    return "%s: %d keys from %s%s"
        .formatted(issuer, keys.keys().size(), source, why.isEmpty() ? "" : ", " + why);
  }

  /** Reads the keys if it is time to. To be called every second or so. */
  void readIfDue() {
    long due = (failure.isEmpty() ? source.every() : source.pause()).toNanos();
    readAfter(due);
  }

  /**
   * Reads the keys because one is missing.
   *
   * @return completes when they have been read, successfully or not; empty if they were read just
   *     now
   */
  Optional<CompletableFuture<Void>> readNow() {
    return readAfter(source.pause().toNanos());
  }

  private Optional<CompletableFuture<Void>> readAfter(long nanos) {
    CompletableFuture<Void> reading;
    synchronized (this) {
      if (underWay != null) {
        return Optional.of(underWay);
      }
      long now = nanoTime.getAsLong();
      if (wasRead && now - lastBegun < nanos) {
        return Optional.empty();
      }
      wasRead = true;
      lastBegun = now;
      reading = new CompletableFuture<>();
      underWay = reading;
    }
    try {
      readers.execute(() -> read(reading));
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // The process ends, or no thread can be started for the moment.
      over(reading);
    }
    return Optional.of(reading);
  }

  private void read(CompletableFuture<Void> reading) {
    try {
      succeeded(KeySet.read(source.read()));
    } catch (JoseException e) {
      failed(e.text());
    } catch (IOException | RuntimeException e) {
      failed(e.toString());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      failed("the process ends");
    } finally {
      over(reading);
    }
  }

  private void over(CompletableFuture<Void> reading) {
    synchronized (this) {
      underWay = null;
    }
    reading.complete(null);
  }

  private void succeeded(KeySet read) {
    if (!read.equals(keys) || !failure.isEmpty()) {
      log.info("issuer {}: {} keys from {}", issuer, read.keys().size(), source);
      if (!read.skipped().isEmpty()) {
        log.warn("issuer {}: keys that are not used: {}", issuer, read.skipped());
      }
    }
    keys = read;
    failure = "";
  }

  private void failed(String why) {
    if (!failure.equals(why)) {
      log.warn(
          "issuer {}: keys cannot be read from {}, {} earlier ones stay; tried again: {}",
          issuer,
          source,
          keys.keys().size(),
          why);
    }
    failure = why;
  }
}
