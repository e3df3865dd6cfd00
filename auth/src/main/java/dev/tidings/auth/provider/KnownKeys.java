package dev.tidings.auth.provider;

import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The keys of a directory, each read once for as long as its entry is the same. Thread-safe. */
final class KnownKeys {
  private static final int SWEPT_FROM = 1_000;

  private final ProviderDirectory directory;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Map<String, VerifyingKey> known = new ConcurrentHashMap<>();
  private volatile int sweepAt = SWEPT_FROM;

  KnownKeys(ProviderDirectory directory, InstantSource clock, LongSupplier nanoTime) {
    this.directory = directory;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  /** Returns a key that is valid now; null if there is none. */
  @Nullable VerifyingKey find(String id) {
    Optional<ProviderDirectory.Key> entry = directory.key(id);
    if (entry.isEmpty()) {
      known.remove(id);
      return null;
    }
    if (entry.get().notAfter().filter(end -> !clock.instant().isBefore(end)).isPresent()) {
      return null;
    }
    VerifyingKey key = known.get(id);
    return key != null && key.isOf(entry.get()) ? key : read(id, entry.get());
  }

  private VerifyingKey read(String id, ProviderDirectory.Key entry) {
    VerifyingKey read =
        new VerifyingKey(
            id,
            entry,
            ProviderIdentity.of(directory, entry.team(), entry.apps(), Providers.TOKEN_KEY + id),
            new Allowance(VerifyingKey.PER_SECOND, nanoTime));
    known.put(id, read);
    if (known.size() > sweepAt) {
      // Those whose entries have been deleted, and that nobody has asked for since.
      known.keySet().removeIf(each -> directory.key(each).isEmpty());
      sweepAt = Math.max(SWEPT_FROM, 2 * known.size());
    }
    return read;
  }
}
