package dev.tidings.ingest.admin;

import dev.tidings.control.decide.RefusedDecisionException;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation.Handler;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.operation.BlockingAnswers;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.RejectedExecutionException;
import org.apache.kafka.common.KafkaException;
import org.slf4j.LoggerFactory;

/** Answers requests in threads that may wait for Kafka, so many at a time. */
final class AdminThreads implements AutoCloseable {
  private static final Response GOES_ON = Response.of(HttpResponseStatus.CONTINUE);

  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(AdminThreads.class));
  private final BlockingAnswers answers =
      new BlockingAnswers("admin", "requests are being answered", AdminProblems::notNow);

  /** Answers a request, now or later. */
  void answer(Handler handler, AdminRequest request, AdmittedExchange exchange) {
    answers.answer(exchange::respond, () -> answer(handler, request));
  }

  /** Something that is done before a request goes on. */
  @FunctionalInterface
  interface Step {
    void take() throws InterruptedException;
  }

  /**
   * Does something that waits, and then goes on; if it fails, the request is answered.
   *
   * @param then goes on, on the same thread
   */
  void before(Step step, Runnable then, AdmittedExchange exchange) {
    answers.answer(
        response -> {
          if (response != GOES_ON) {
            exchange.respond(response);
            return;
          }
          try {
            then.run();
          } catch (RejectedExecutionException e) {
            exchange.respond(AdminProblems.notNow("the service is stopping"));
          }
        },
        () ->
            guarded(
                "an operation of providers",
                () -> {
                  step.take();
                  return GOES_ON;
                }));
  }

  private Response answer(Handler handler, AdminRequest request) {
    return guarded(request.path(), () -> handler.answer(request));
  }

  private interface Answer {
    Response make() throws InterruptedException;
  }

  private Response guarded(String path, Answer answer) {
    try {
      return answer.make();
    } catch (BadRequestException e) {
      return AdminProblems.of(e.status(), e.what());
    } catch (RefusedDecisionException e) {
      return AdminProblems.refused(e);
    } catch (InvalidValueException e) {
      return AdminProblems.of(HttpResponseStatus.BAD_REQUEST, e);
    } catch (KafkaException e) {
      failures.warn("a change of " + path + " may not have been written: " + e);
      return AdminProblems.notNow(
          "not known to have been written: look before you try again; see this node's log");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return AdminProblems.notNow("the service is stopping: look before you try again");
    } catch (RuntimeException e) {
      failures.error("a request for " + path + " failed", e);
      return AdminProblems.failed();
    }
  }

  /** Interrupts those that still wait. */
  @Override
  public void close() {
    answers.close();
  }
}
