package dev.tidings.ingest.rest;

import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.ingest.trace.TraceResult.Prospect;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.TraceResult.Unknown;
import dev.tidings.ingest.trace.TraceResult.Unreadable;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeliveryTime;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code DELETE /v1/notifications/{id}}: takes back what is scheduled, and what is to be as soon as
 * the log is read. The withdrawals go to the log behind the notifications; the answer says that it
 * has them, and that there are no others. Thread-safe.
 */
final class Withdrawal implements Finding {
  private final NotificationLog log;
  private final InstantSource clock;
  private final TraceResponses responses = new TraceResponses();

  Withdrawal(NotificationLog log, InstantSource clock) {
    this.log = log;
    this.clock = clock;
  }

  /** What a request does with the notification to one token. */
  private sealed interface Effect {
    /** It is withdrawn: a withdrawal comes behind it. */
    record Withdrawn(NotificationId id, Token token, AppId app) implements Effect {}

    /** It is not scheduled, or not any more: it stays as it is. */
    record Unchanged() implements Effect {}

    /** Nobody can say yet whether it will be scheduled, or before what. */
    record Open() implements Effect {}

    /** Its receipt cannot be read. */
    record Unreadable() implements Effect {}
  }

  @Override
  public String method() {
    return "DELETE";
  }

  @Override
  public String verb() {
    return "withdraws";
  }

  @Override
  public boolean isAboutEvery() {
    return true;
  }

  @Override
  public void found(NotificationId id, Found found, boolean complete, Exchange exchange) {
    long now = clock.millis();
    List<Effect> effects = found.accounts().stream().flatMap(each -> effects(each, now)).toList();
    List<Effect.Withdrawn> withdrawn = only(Effect.Withdrawn.class, effects);
    Response done = response(id, found, effects, complete);
    if (withdrawn.isEmpty()) {
      exchange.respond(done);
      return;
    }
    AtomicInteger open = new AtomicInteger(withdrawn.size());
    AtomicReference<@Nullable AppendResult> refused = new AtomicReference<>();
    for (Effect.Withdrawn each : withdrawn) {
      log.withdraw(
          each.id(),
          each.token(),
          each.app(),
          result -> {
            if (!(result instanceof AppendResult.Accepted)) {
              refused.set(result);
            }
            if (open.decrementAndGet() == 0) {
              exchange.respond(
                  refused.get() == null
                      ? done
                      : responses.notNow("the log does not take the withdrawal"));
            }
          });
    }
  }

  /** Returns the answer once the log has the withdrawals: 200 only if it is the last word. */
  private Response response(
      NotificationId id, Found found, List<Effect> effects, boolean complete) {
    int withdrawn = only(Effect.Withdrawn.class, effects).size();
    int unchanged = only(Effect.Unchanged.class, effects).size();
    int open = only(Effect.Open.class, effects).size();
    int unreadable = only(Effect.Unreadable.class, effects).size();
    String sofar = withdrawn + " withdrawn, " + unchanged + " unchanged, ";
    if (open > 0) {
      return responses.notNow(
          id, sofar + open + " on the way: nobody can say yet where to", found.next());
    }
    if (!complete) {
      return responses.notNow(
          id, sofar + "and perhaps others: the log was not searched to its end", found.next());
    }
    return unreadable > 0
        ? responses.problem(
            TraceProblem.unreadable(sofar + unreadable + " with an unreadable receipt")
                .goingOn(id, found.next()))
        : responses.withdrawn(id, withdrawn, unchanged, found.next());
  }

  private static <E extends Effect> List<E> only(Class<E> type, List<Effect> effects) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  /**
   * Nobody is told that another team uses an id, or how often: where there is more to look at, the
   * answer names only where to go on.
   */
  @Override
  public void hidden(NotificationId id, Found found, boolean complete, Exchange exchange) {
    exchange.respond(
        complete
            ? responses.problem(TraceProblem.unknown(id).goingOn(id, found.next()))
            : responses.notNow(id, "the log could not be searched", found.next()));
  }

  @Override
  public void unknown(NotificationId id, Unknown unknown, Exchange exchange) {
    exchange.respond(
        unknown.complete() ? notFound(id) : responses.notNow("the log could not be searched"));
  }

  private Response notFound(NotificationId id) {
    return responses.problem(TraceProblem.unknown(id));
  }

  private static Stream<Effect> effects(Account account, long now) {
    return switch (account) {
      case Receipted receipted -> effects(receipted, now);
      case Underway underway -> Stream.of(effect(underway, now));
      case Unreadable _ -> Stream.of(new Effect.Unreadable());
    };
  }

  /** What is to be scheduled comes after what its receipt says, and one withdrawal ends both. */
  private static Stream<Effect> effects(Receipted receipted, long now) {
    Effect known = effect(receipted.receipt());
    @Nullable Underway unread = receipted.unread();
    Effect next = unread == null ? new Effect.Unchanged() : effect(unread, now);
    return switch (next) {
      case Effect.Unchanged _ -> Stream.of(known);
      case Effect.Open _ when known instanceof Effect.Withdrawn -> Stream.of(known, next);
      default -> Stream.of(next);
    };
  }

  private static Effect effect(Receipt receipt) {
    List<Step> steps = receipt.getSteps();
    @Nullable String token = receipt.getToken();
    @Nullable String app = receipt.getApp();
    return receipt.getOutcome() != Outcome.PENDING
            || steps.isEmpty()
            || steps.getLast().getName() != StepName.SCHEDULED
            || token == null
            || app == null
        ? new Effect.Unchanged()
        : withdrawn(receipt.getId(), token, app);
  }

  private static Effect effect(Underway underway, long now) {
    Prospect prospect = underway.prospect();
    if (!DeliveryTime.ofField(prospect.deliverAt()).isAfter(now)) {
      return new Effect.Unchanged();
    }
    return prospect.moves()
        ? new Effect.Open()
        : withdrawn(underway.id(), prospect.token(), underway.app());
  }

  /** What is not a notification that could be sent is not one that could be withdrawn. */
  private static Effect withdrawn(String id, String token, String app) {
    try {
      return new Effect.Withdrawn(NotificationId.parse(id), new Token(token), new AppId(app));
    } catch (InvalidValueException e) {
      return new Effect.Unchanged();
    }
  }
}
