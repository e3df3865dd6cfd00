package dev.tidings.ingest.replay;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.ingest.operation.BlockingAnswers;
import dev.tidings.ingest.replay.ReplayDesk.Refusal;
import dev.tidings.schemas.avro.ReplayOrder;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Carries out what was asked about replays, in threads that may wait for the log. A provider has
 * what belongs to its apps sent again, and only that: whether a device is known, and to whom,
 * nobody is told. Thread-safe; never blocks.
 */
public final class ReplayClerk implements AutoCloseable {
  /** As long a dry run may take to be answered at once. */
  private static final Duration DRY_RUN = Duration.ofSeconds(5);

  private static final Duration CATCH_UP = Duration.ofSeconds(5);

  private final ReplayOrders log;
  private final ReplayDesk desk;
  private final Function<ProviderIdentity, List<String>> apps;
  private final int partitions;
  private final InstantSource clock;
  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(ReplayClerk.class));
  private final BlockingAnswers answers =
      new BlockingAnswers("replays", "requests about replays are waiting", ReplayAnswers::notNow);

  /**
   * Creates the clerk.
   *
   * @param apps lists the apps of an identity
   * @param partitions how many {@code deliveries} has
   */
  public ReplayClerk(
      ReplayDesk desk,
      Function<ProviderIdentity, List<String>> apps,
      int partitions,
      InstantSource clock) {
    this.log = desk.log();
    this.desk = desk;
    this.apps = apps;
    this.partitions = partitions;
    this.clock = clock;
  }

  /** What takes a while. */
  private interface Task {
    Response answer() throws InterruptedException;
  }

  /**
   * Orders one.
   *
   * @param device to which; null for all
   * @param app of which; null for all of the owner
   * @throws InvalidValueException if it asks for more than there may be
   */
  void order(
      @Nullable DeviceId device,
      @Nullable String app,
      ReplayBody body,
      Optional<ProviderIdentity> owner,
      Exchange exchange) {
    if (app != null && owner.isPresent() && !owner.get().apps().contains(app)) {
      exchange.respond(ReplayAnswers.notYours(app));
      return;
    }
    ReplayOrder order = order(device, app, body, owner);
    later(exchange, () -> written(order, owner.map(ProviderIdentity::team).orElse(null)));
  }

  private ReplayOrder order(
      @Nullable DeviceId device,
      @Nullable String app,
      ReplayBody body,
      Optional<ProviderIdentity> owner) {
    @Nullable Integer rate = body.rate();
    if (rate != null && rate > desk.mostRate()) {
      throw new InvalidValueException("rate", rate.toString(), "at most " + desk.mostRate());
    }
    long now = clock.millis();
    if (body.from() >= now) {
      throw new InvalidValueException("from", "in the future", "an earlier time");
    }
    @Nullable Long to = body.to();
    return new ReplayOrder(
        device == null ? null : device.value(),
        app == null ? owner.map(apps).orElse(null) : List.of(app),
        owner.map(ProviderIdentity::team).orElse(null),
        body.from(),
        // What comes from now on is sent anyhow.
        to == null ? now : Math.min(to, now),
        body.dryRun(),
        rate == null ? desk.mostRate() : rate,
        device == null ? partitions : 1,
        now);
  }

  private Response written(ReplayOrder order, @Nullable String team) throws InterruptedException {
    if (!log.isKnown()) {
      return ReplayAnswers.notNow("the log is still being read");
    }
    @Nullable Refusal refusal = desk.enter(team);
    if (refusal != null) {
      return ReplayAnswers.refused(refusal);
    }
    String id = UUID.randomUUID().toString();
    try {
      log.order(id, order);
    } finally {
      desk.leave();
    }
    Optional<ReplayState> state = order.getDryRun() ? log.awaitEnd(id, DRY_RUN) : log.find(id);
    return state
        .map(found -> found.isOver() ? ReplayAnswers.found(found) : ReplayAnswers.accepted(found))
        .orElseGet(() -> ReplayAnswers.notNow("too many replays to tell of this one: " + id));
  }

  /** Tells how far one is. */
  void show(String id, Optional<ProviderIdentity> reader, Exchange exchange) {
    find(id, reader)
        .ifPresentOrElse(
            found -> exchange.respond(ReplayAnswers.found(found)),
            () ->
                later(
                    exchange,
                    () ->
                        log.catchUp(CATCH_UP)
                            ? find(id, reader)
                                .map(ReplayAnswers::found)
                                .orElseGet(ReplayAnswers::unknown)
                            : ReplayAnswers.notNow("the log could not be read in time")));
  }

  /** Stops one. */
  void stop(String id, Optional<ProviderIdentity> reader, Exchange exchange) {
    later(
        exchange,
        () -> {
          Optional<ReplayState> known = find(id, reader);
          if (known.isEmpty()) {
            if (!log.catchUp(CATCH_UP)) {
              return ReplayAnswers.notNow("the log could not be read in time");
            }
            known = find(id, reader);
          }
          if (known.isEmpty()) {
            return ReplayAnswers.unknown();
          }
          if (known.get().isOver()) {
            return ReplayAnswers.found(known.get());
          }
          log.stop(id);
          return ReplayAnswers.accepted(known.get().stopping());
        });
  }

  private Optional<ReplayState> find(String id, Optional<ProviderIdentity> reader) {
    return log.find(id)
        .filter(found -> reader.map(who -> mayRead(who, found.order())).orElse(true));
  }

  private static boolean mayRead(ProviderIdentity reader, ReplayOrder order) {
    @Nullable List<String> of = order.getApps();
    return reader.team().equals(order.getTeam())
        && (reader.isTeamWide() || (of != null && of.stream().allMatch(reader.apps()::contains)));
  }

  private void later(Exchange exchange, Task task) {
    answers.answer(exchange::respond, () -> answer(task));
  }

  private Response answer(Task task) {
    try {
      return task.answer();
    } catch (KafkaException e) {
      failures.warn("what was asked of a replay may not have been written: " + e);
      return ReplayAnswers.notNow("not known to be in the log: ask again; see this node's log");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ReplayAnswers.notNow("the service is stopping: ask again");
    } catch (RuntimeException e) {
      failures.error("a request about a replay has failed", e);
      return ReplayAnswers.failed();
    }
  }

  @Override
  public void close() {
    answers.close();
  }
}
