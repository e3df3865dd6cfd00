package dev.tidings.node.register;

import dev.tidings.net.limit.RateLimiter;
import dev.tidings.node.log.write.LogWrite;
import dev.tidings.node.log.write.LogWriter;
import dev.tidings.node.table.DeviceTable;
import dev.tidings.schemas.avro.Generation;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.token.TokenMint;
import dev.tidings.schemas.topic.DeviceKey;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.ReceiptKey;
import dev.tidings.schemas.trace.Steps;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a device tells of a notification: that it has shown it, or that its user has opened
 * it. Each has a record of its own beside the notification's receipt, so that neither replaces the
 * other, whichever is written first; the trace puts them together. The record's key has the token
 * of the device that tells, and a trace takes it only beside the receipt of that token, and only if
 * that was pushed: so no device can say anything about another's notifications, or learn whether
 * there are any. Thread-safe.
 */
public final class Reports {
  /** A device with more records of apps, registered or not, has to name the app. */
  private static final int MOST_APPS = 16;

  private static final String ALL = "all devices";

  private final TokenMint mint;
  private final DeviceTable<Generation> generations;
  private final LogWriter log;
  private final InstantSource clock;
  private final Steps steps;
  private final ReportLimits limits;
  private final DeviceRate rate;
  private final RateLimiter<String> ofAll;
  private final ReportMeters meters;
  private final LongSupplier nanoTime;

  /**
   * @param instance this process, as receipts name it
   * @param nanoTime as {@link System#nanoTime}
   */
  public Reports(
      TokenMint mint,
      DeviceTable<Generation> generations,
      LogWriter log,
      InstantSource clock,
      String instance,
      ReportLimits limits,
      MeterRegistry metrics,
      LongSupplier nanoTime) {
    this.mint = mint;
    this.generations = generations;
    this.log = log;
    this.clock = clock;
    this.steps = new Steps(instance);
    this.limits = limits;
    this.rate = new DeviceRate(limits.perMinute(), nanoTime);
    this.ofAll =
        new RateLimiter<>(
            limits.perSecond(), RateLimiter.perSecond(limits.perSecond()), Duration.ZERO, 1);
    this.meters = new ReportMeters(metrics);
    this.nanoTime = nanoTime;
  }

  CompletionStage<@Nullable Void> report(
      DeviceId device,
      Optional<AppId> app,
      Predicate<String> own,
      NotificationId id,
      StepName step) {
    long early = rate.take(device);
    if (early > 0) {
      meters.deviceLimit();
      return refused(
          "try again in %d s: more than %d reports a minute".formatted(early, limits.perMinute()));
    }
    if (ofAll.tryCount(ALL, nanoTime.getAsLong()) > 0) {
      meters.nodeLimit();
      return refused(
          "try again in 1 s: more than %d reports a second of all devices"
              .formatted(limits.perSecond()));
    }
    if (log.isFull()) {
      meters.logFull();
      return refused("try again: the log takes nothing at the moment");
    }
    CompletionStage<Named> named =
        app.isPresent() ? registered(device, app.get()) : onlyOne(device, own);
    CompletionStage<@Nullable Void> written =
        named.<@Nullable Void>thenCompose(found -> write(device, found, id, step));
    return written.whenComplete((done, failure) -> meters.ended(failure));
  }

  private static CompletionStage<@Nullable Void> refused(String why) {
    return CompletableFuture.failedFuture(new RefusedException(why));
  }

  private record Named(AppId app, int number) {}

  private CompletionStage<Named> registered(DeviceId device, AppId app) {
    return generations
        .get(new DeviceKey(device, app.value()))
        .thenApply(found ->
            found
                .filter(Reports::isRegistered)
                .map(record -> new Named(app, record.getNumber()))
                .orElseThrow(
                    () -> new InvalidValueException("app", app.value(), "one that is registered")));
  }

  private CompletionStage<Named> onlyOne(DeviceId device, Predicate<String> own) {
    return generations
        .all(device, MOST_APPS + 1)
        .thenApply(all -> {
          List<Named> registered = new ArrayList<>();
          for (Map.Entry<String, Generation> each : all.entrySet()) {
            if (isRegistered(each.getValue()) && own.test(each.getKey())) {
              registered.add(new Named(new AppId(each.getKey()), each.getValue().getNumber()));
            }
          }
          if (registered.size() != 1 || all.size() > MOST_APPS) {
            throw new InvalidValueException(
                "app",
                "missing",
                registered.isEmpty()
                    ? "one that is registered"
                    : "one of those that are registered");
          }
          return registered.getFirst();
        });
  }

  private static boolean isRegistered(Generation found) {
    return Numbers.makeSense(found) && found.getRegistered();
  }

  /** Providers may have the token that was made under any of the keys. */
  private CompletionStage<@Nullable Void> write(
      DeviceId device, Named named, NotificationId id, StepName name) {
    Step step = steps.of(name, clock.millis(), null);
    List<CompletableFuture<@Nullable Void>> writes = new ArrayList<>();
    for (Token token : mint.mintAll(device, named.app(), named.number())) {
      CompletableFuture<@Nullable Void> stored = new CompletableFuture<>();
      Receipt receipt =
          new Receipt(
              id.value(),
              token.hex(),
              device.value(),
              named.app().value(),
              Outcome.DELIVERED,
              List.of(step));
      log.write(
          LogWrite.record(
                  LogTopics.RECEIPTS,
                  ReceiptKey.ofReport(id.value(), token.hex(), name),
                  receipt,
                  () -> stored.complete(null))
              .orElse(why ->
                  stored.completeExceptionally(
                      new IllegalStateException(LogTopics.RECEIPTS + ": refused: " + why))));
      writes.add(stored);
    }
    return CompletableFuture.allOf(writes.toArray(CompletableFuture[]::new))
        .thenApply(done -> null);
  }
}
