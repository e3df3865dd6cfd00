package dev.tidings.ingest.admin;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;

/** Counts the requests of administrators, and of those who are none. */
final class AdminMeters {
  private final Counter done;
  private final Counter refused;
  private final Counter failed;
  private final Counter unauthenticated;

  AdminMeters(MeterRegistry metrics) {
    done = counter(metrics, "done");
    refused = counter(metrics, "refused");
    failed = counter(metrics, "failed");
    unauthenticated = counter(metrics, "unauthenticated");
  }

  private static Counter counter(MeterRegistry metrics, String outcome) {
    return Counter.builder("tidings.ingest.admin.requests")
        .tag("outcome", outcome)
        .description("Requests at the admin port, by what became of them.")
        .register(metrics);
  }

  /** An administrator's was answered. */
  void answered(HttpResponseStatus status) {
    if (status.codeClass() == HttpStatusClass.SERVER_ERROR) {
      failed.increment();
    } else if (status.codeClass() == HttpStatusClass.CLIENT_ERROR) {
      refused.increment();
    } else {
      done.increment();
    }
  }

  /** One without a valid credential, or that a web page of others has sent. */
  void turnedAway() {
    unauthenticated.increment();
  }
}
