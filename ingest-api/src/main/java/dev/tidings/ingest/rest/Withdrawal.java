package dev.tidings.ingest.rest;

import dev.tidings.http.Exchange;
import dev.tidings.http.Response;
import dev.tidings.ingest.accept.AppendResult;
import dev.tidings.ingest.accept.NotificationLog;
import dev.tidings.ingest.trace.TraceResult.Account;
import dev.tidings.ingest.trace.TraceResult.Found;
import dev.tidings.ingest.trace.TraceResult.Receipted;
import dev.tidings.ingest.trace.TraceResult.Underway;
import dev.tidings.ingest.trace.TraceResult.Unknown;
import dev.tidings.schemas.avro.Outcome;
import dev.tidings.schemas.avro.Receipt;
import dev.tidings.schemas.avro.Step;
import dev.tidings.schemas.avro.StepName;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.schemas.value.NotificationId;
import dev.tidings.schemas.value.Token;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * {@code DELETE /v1/notifications/{id}}: takes back what is scheduled. The withdrawals go to the
 * log behind the notifications; the answer says that it has them. Thread-safe.
 */
final class Withdrawal implements Finding {
  private final NotificationLog log;
  private final TraceResponses responses = new TraceResponses();

  Withdrawal(NotificationLog log) {
    this.log = log;
  }

  /** A scheduled notification, as its receipt names it. */
  private record Scheduled(NotificationId id, Token token, AppId app) {}

  @Override
  public String method() {
    return "DELETE";
  }

  @Override
  public String verb() {
    return "withdraws";
  }

  @Override
  public void found(NotificationId id, Found found, Exchange exchange) {
    if (found.accounts().stream().allMatch(Underway.class::isInstance)) {
      exchange.respond(responses.notNow("it is still on its way: nobody can say yet where to"));
      return;
    }
    List<Scheduled> scheduled =
        found.accounts().stream().map(Withdrawal::scheduled).filter(Objects::nonNull).toList();
    int unchanged = found.accounts().size() - scheduled.size();
    if (scheduled.isEmpty()) {
      exchange.respond(responses.withdrawn(id, 0, unchanged, found.next()));
      return;
    }
    AtomicInteger open = new AtomicInteger(scheduled.size());
    AtomicReference<@Nullable AppendResult> refused = new AtomicReference<>();
    for (Scheduled each : scheduled) {
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
                      ? responses.withdrawn(id, scheduled.size(), unchanged, found.next())
                      : responses.notNow("the log does not take the withdrawal"));
            }
          });
    }
  }

  /** Nobody is told that another team uses an id. */
  @Override
  public void hidden(NotificationId id, Found found, Exchange exchange) {
    exchange.respond(notFound(id));
  }

  @Override
  public void unknown(NotificationId id, Unknown unknown, Exchange exchange) {
    exchange.respond(
        unknown.complete() ? notFound(id) : responses.notNow("the log could not be searched"));
  }

  private Response notFound(NotificationId id) {
    return responses.problem(
        HttpResponseStatus.NOT_FOUND, "NotFound", id + ": no notification of yours has this id");
  }

  /** Returns null if it is not, or not any more, scheduled. */
  private static @Nullable Scheduled scheduled(Account account) {
    if (!(account instanceof Receipted receipted)) {
      return null;
    }
    Receipt receipt = receipted.receipt();
    List<Step> steps = receipt.getSteps();
    @Nullable String token = receipt.getToken();
    @Nullable String app = receipt.getApp();
    if (receipt.getOutcome() != Outcome.PENDING
        || steps.isEmpty()
        || steps.getLast().getName() != StepName.SCHEDULED
        || token == null
        || app == null) {
      return null;
    }
    try {
      return new Scheduled(NotificationId.parse(receipt.getId()), new Token(token), new AppId(app));
    } catch (InvalidValueException e) {
      return null;
    }
  }
}
