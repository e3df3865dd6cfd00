package dev.tidings.node.register;

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

  private final TokenMint mint;
  private final DeviceTable<Generation> generations;
  private final LogWriter log;
  private final InstantSource clock;
  private final Steps steps;
  private final RequestRate rate;
  private final RequestMeters meters;

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
      RequestLimits limits,
      MeterRegistry metrics,
      LongSupplier nanoTime) {
    this.mint = mint;
    this.generations = generations;
    this.log = log;
    this.clock = clock;
    this.steps = new Steps(instance);
    this.rate = new RequestRate("reports", limits, log::isFull, nanoTime);
    this.meters = RequestMeters.ofReports(metrics);
  }

  CompletionStage<@Nullable Void> report(
      DeviceId device,
      Optional<AppId> app,
      Predicate<String> own,
      NotificationId id,
      StepName step) {
    CompletionStage<@Nullable Void> written =
        rate.take(device)
            .<CompletionStage<@Nullable Void>>map(CompletableFuture::failedFuture)
            .orElseGet(() -> reportOne(device, app, own, id, step));
    var _ = written.whenComplete((done, failure) -> meters.ended(failure));
    return written;
  }

  private CompletionStage<@Nullable Void> reportOne(
      DeviceId device,
      Optional<AppId> app,
      Predicate<String> own,
      NotificationId id,
      StepName step) {
    CompletionStage<Named> named =
        app.isPresent() ? registered(device, app.get()) : onlyOne(device, own);
    return named.<@Nullable Void>thenCompose(found -> write(device, found, id, step));
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
              List.of(step),
              null);
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
