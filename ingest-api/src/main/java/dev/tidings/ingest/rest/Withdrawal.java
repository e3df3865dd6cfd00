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
 * {@code DELETE /v1/notifications/{id}}: takes back what is scheduled, what has not been delivered,
 * and what has been. The withdrawals go to the log behind the notifications, and the way that these
 * have gone; the answer says that it has them, and that there are no others. Thread-safe.
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
    record Withdrawn(NotificationId id, Token token, AppId app, Whereabouts where)
        implements Effect {
      boolean isTold() {
        return where == Whereabouts.DELIVERED;
      }

      /** Whether its trace stays as it is, unless its device has to be told. */
      boolean isUnchanged() {
        return where == Whereabouts.ENDED;
      }
    }

    /** It has ended without its device, or was withdrawn before: it stays as it is. */
    record Unchanged() implements Effect {}

    /** Nobody can say yet whether it will be scheduled, or before what. */
    record Open() implements Effect {}

    /** Its receipt cannot be read. */
    record Unreadable() implements Effect {}
  }

  /** Where it is, as far as is known here. */
  private enum Whereabouts {
    /** It waits for its time. */
    SCHEDULED,
    /** It is on its way, or waits for its device. */
    UNDELIVERED,
    /** Its device has it, or may have it: it is told. */
    DELIVERED,
    /** It has ended unsent, but the log still has it, for replays: none sends it from now on. */
    ENDED
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
          // What is scheduled still can be with its device only if it is due at this moment.
          each.where() != Whereabouts.SCHEDULED,
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
    List<Effect.Withdrawn> all = only(Effect.Withdrawn.class, effects);
    int told = (int) all.stream().filter(Effect.Withdrawn::isTold).count();
    int ended = (int) all.stream().filter(Effect.Withdrawn::isUnchanged).count();
    int withdrawn = all.size() - told - ended;
    int unchanged = only(Effect.Unchanged.class, effects).size() + ended;
    int open = only(Effect.Open.class, effects).size();
    int unreadable = only(Effect.Unreadable.class, effects).size();
    String sofar =
        withdrawn + " withdrawn, " + told + " told to the device, " + unchanged + " unchanged, ";
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
        : responses.withdrawn(id, withdrawn, told, unchanged, found.next());
  }

  private static <E extends Effect> List<E> only(Class<E> type, List<Effect> effects) {
    return effects.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Override
  public void hidden(NotificationId id, Found found, boolean complete, Exchange exchange) {
    exchange.respond(responses.hidden(id, found.next(), complete));
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
    Effect next =
        unread == null || isSame(receipted.receipt(), unread)
            ? new Effect.Unchanged()
            : effect(unread, now);
    return switch (next) {
      case Effect.Unchanged _ -> Stream.of(known);
      case Effect.Open _ when known instanceof Effect.Withdrawn -> Stream.of(known, next);
      default -> Stream.of(next);
    };
  }

  /**
   * Whether it is the record that the receipt is of, which has ended: what has read it only has not
   * said so yet.
   */
  private static boolean isSame(Receipt receipt, Underway unread) {
    List<Step> steps = receipt.getSteps();
    return receipt.getOutcome() != Outcome.PENDING
        && !steps.isEmpty()
        && !unread.steps().isEmpty()
        && steps.getFirst().getAt() == unread.steps().getFirst().getAt()
        && unread.prospect().deliverAt() == null;
  }

  private static Effect effect(Receipt receipt) {
    @Nullable String token = receipt.getToken();
    @Nullable String app = receipt.getApp();
    @Nullable Whereabouts where = whereabouts(receipt);
    return where == null || token == null || app == null
        ? new Effect.Unchanged()
        : withdrawn(receipt.getId(), token, app, where);
  }

  /** Returns where it is; null if there is nothing to take back. */
  private static @Nullable Whereabouts whereabouts(Receipt receipt) {
    List<Step> steps = receipt.getSteps();
    return switch (receipt.getOutcome()) {
      case PENDING ->
          !steps.isEmpty() && steps.getLast().getName() == StepName.SCHEDULED
              ? Whereabouts.SCHEDULED
              : Whereabouts.UNDELIVERED;
      case DELIVERED -> has(steps, StepName.WITHDRAWN) ? null : Whereabouts.DELIVERED;
      case COLLAPSED, EVICTED ->
          has(steps, StepName.WITHDRAWN)
              ? null
              : wasPushed(steps) ? Whereabouts.DELIVERED : Whereabouts.ENDED;
      // It may have been sent before it ended.
      case EXPIRED, REJECTED ->
          wasPushed(steps) && !has(steps, StepName.WITHDRAWN) ? Whereabouts.DELIVERED : null;
      // Its token is of no device, or the device is told already if it has to be.
      case UNREGISTERED, WITHDRAWN, REPEATED, UNKNOWN -> null;
    };
  }

  private static boolean wasPushed(List<Step> steps) {
    return has(steps, StepName.PUSHED);
  }

  private static boolean has(List<Step> steps, StepName name) {
    return steps.stream().anyMatch(step -> step.getName() == name);
  }

  private static Effect effect(Underway underway, long now) {
    Prospect prospect = underway.prospect();
    boolean later = DeliveryTime.ofField(prospect.deliverAt()).isAfter(now);
    return prospect.moves()
        ? new Effect.Open()
        : withdrawn(
            underway.id(),
            prospect.token(),
            underway.app(),
            later ? Whereabouts.SCHEDULED : Whereabouts.UNDELIVERED);
  }

  /** What is not a notification that could be sent is not one that could be withdrawn. */
  private static Effect withdrawn(String id, String token, String app, Whereabouts where) {
    try {
      return new Effect.Withdrawn(
          NotificationId.parse(id), new Token(token), new AppId(app), where);
    } catch (InvalidValueException e) {
      return new Effect.Unchanged();
    }
  }
}
