package dev.tidings.ingest.admin;

import dev.tidings.control.decide.RefusedDecisionException;
import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation.Handler;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.schemas.value.InvalidValueException;
import dev.tidings.service.log.SeldomLog;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.apache.kafka.common.KafkaException;
import org.slf4j.LoggerFactory;

/** Answers requests in threads that may wait for Kafka, so many at a time. */
final class AdminThreads implements AutoCloseable {
  private static final int MOST = 64;

  private final SeldomLog failures = new SeldomLog(LoggerFactory.getLogger(AdminThreads.class));
  private final Semaphore free = new Semaphore(MOST);
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("admin-", 0).factory());

  /** Answers a request, now or later. */
  void answer(Handler handler, AdminRequest request, AdmittedExchange exchange) {
    if (!free.tryAcquire()) {
      exchange.respond(AdminProblems.notNow(MOST + " requests are being answered"));
      return;
    }
    try {
      threads.execute(() -> {
        try {
          exchange.respond(answer(handler, request));
        } finally {
          free.release();
        }
      });
    } catch (RejectedExecutionException e) {
      free.release();
      exchange.respond(AdminProblems.notNow("the service is stopping"));
    }
  }

  private Response answer(Handler handler, AdminRequest request) {
    try {
      return handler.answer(request);
    } catch (BadRequestException e) {
      return AdminProblems.of(e.status(), e.what());
    } catch (RefusedDecisionException e) {
      return AdminProblems.refused(e);
    } catch (InvalidValueException e) {
      return AdminProblems.of(HttpResponseStatus.BAD_REQUEST, e);
    } catch (KafkaException e) {
      failures.warn("a change of " + request.path() + " may not have been written: " + e);
      return AdminProblems.notNow(
          "not known to have been written: look before you try again; see this node's log");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return AdminProblems.notNow("the service is stopping: look before you try again");
    } catch (RuntimeException e) {
      failures.error("a request for " + request.path() + " failed", e);
      return AdminProblems.failed();
    }
  }

  /** Interrupts those that still wait. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
