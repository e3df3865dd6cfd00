package dev.tidings.ingest.replay;

import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.body.Body;
import dev.tidings.http.body.BodyListener;
import dev.tidings.http.body.BodyMemory;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.limit.SendLimits;
import dev.tidings.ingest.operation.BodilessOperations;
import dev.tidings.ingest.operation.RequestAdmission;
import dev.tidings.ingest.provider.ProviderGate;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/devices/{device}/replay} and {@code POST /v1/apps/{app}/replay}; {@code GET} and
 * {@code DELETE /v1/replays/{id}}. Thread-safe; never blocks.
 */
public final class ReplayOperations {
  private static final String LATE =
      "not known yet whether it is in the log: look before you ask again";

  private static final PathTemplate ONE = PathTemplate.of(ReplayAnswers.PATH + "{id}");

  /** For 64 bodies that come in several pieces. */
  private static final long BODIES = 64L * ReplayBody.MOST_BYTES;

  private final ReplayClerk clerk;
  private final RequestAdmission admission;
  private final BodilessOperations bodiless;
  private final BodyMemory bodies = new BodyMemory(BODIES);

  /**
   * Creates the operations.
   *
   * @param gate checks credentials; empty if everybody may do everything
   */
  public ReplayOperations(ReplayClerk clerk, Optional<ProviderGate> gate, SendLimits limits) {
    this.clerk = clerk;
    this.admission = new RequestAdmission(gate, limits);
    this.bodiless = new BodilessOperations(admission, LATE, ReplayAnswers::notNow);
  }

  /** Returns all four. */
  public List<Operation> operations() {
    return List.of(
        new Order("/v1/devices/{device}/replay", "device", this::ofDevice),
        new Order("/v1/apps/{app}/replay", "app", this::ofApp),
        bodiless.operation(
            "GET",
            ONE,
            "id",
            (asked, reader, exchange) -> clerk.show(asked.parameter(), reader, exchange)),
        bodiless.operation(
            "DELETE",
            ONE,
            "id",
            (asked, reader, exchange) -> clerk.stop(asked.parameter(), reader, exchange)));
  }

  /** What is done for somebody who may: the owner is empty where nobody has to prove who he is. */
  private interface Deed {
    void of(String parameter, Optional<ProviderIdentity> owner, byte[] body, Exchange exchange);
  }

  private void ofDevice(
      String segment, Optional<ProviderIdentity> owner, byte[] body, Exchange exchange) {
    ReplayBody read = ReplayBody.read(body);
    clerk.order(ErasureRequest.device(segment), read.app(), read, owner, exchange);
  }

  private void ofApp(
      String segment, Optional<ProviderIdentity> owner, byte[] body, Exchange exchange) {
    ReplayBody read = ReplayBody.read(body);
    String app = new AppId(segment).value();
    if (read.app() != null && !read.app().equals(app)) {
      throw new InvalidValueException("app", read.app(), "that of the path, or none");
    }
    clerk.order(null, app, read, owner, exchange);
  }

  /** Asks for a replay: the path has one parameter, and the body says the rest. */
  private final class Order implements Operation {
    private final PathTemplate path;
    private final String parameter;
    private final Deed deed;

    Order(String path, String parameter, Deed deed) {
      this.path = PathTemplate.of(path);
      this.parameter = parameter;
      this.deed = deed;
    }

    @Override
    public String method() {
      return "POST";
    }

    @Override
    public PathTemplate path() {
      return path;
    }

    @Override
    public BodyReader serve(Request head, Exchange exchange) {
      return admission.admit(head, exchange, owner -> admitted(head, owner, exchange));
    }

    private BodyReader admitted(Request head, Optional<ProviderIdentity> owner, Exchange exchange) {
      if (!isJson(head)) {
        exchange.respond(ReplayAnswers.notJson());
        return BodyReader.DROPPED;
      }
      String value = path.parameter(head.path(), parameter);
      return new Body(
          ReplayBody.MOST_BYTES,
          bodies,
          new Ended(body -> deed.of(value, owner, body, exchange), exchange),
          null);
    }
  }

  private static boolean isJson(Request head) {
    @Nullable String type = head.header(HttpHeaderNames.CONTENT_TYPE);
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/json");
  }

  /** What is done with a body. */
  private interface Then {
    void with(byte[] body);
  }

  /** Waits for the end of a request. */
  private record Ended(Then then, Exchange exchange) implements BodyListener {
    @Override
    public void complete(byte[] body) {
      try {
        then.with(body);
      } catch (InvalidValueException e) {
        exchange.respond(ReplayAnswers.invalid(e));
      }
    }

    @Override
    public void tooLarge() {
      exchange.respond(ReplayAnswers.tooLarge());
    }

    @Override
    public void noRoom() {
      exchange.respond(ReplayAnswers.notNow("too many requests are arriving"));
    }

    @Override
    public void aborted() {
      // The connection is closed; there is no response to send.
    }

    @Override
    public void timedOut(boolean bodyMissing) {
      exchange.respond(ReplayAnswers.notNow(bodyMissing ? "the request did not end" : LATE));
    }
  }
}
