package dev.tidings.ingest.admin.request;

import dev.tidings.http.BodyReader;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.route.Operation;
import java.util.List;

/**
 * What the port serves besides the decisions of administrators.
 *
 * @param files those of the console, to everybody
 * @param operations what it asks
 * @param streams answer on event loops
 * @param onBehalf what providers can do, of which administrators do everything for every app
 */
public record ConsoleParts(
    HttpService files,
    List<AdminOperation> operations,
    List<Operation> streams,
    List<Operation> onBehalf) {
  /** Nothing of it. */
  public static final ConsoleParts NONE =
      new ConsoleParts(
          (request, exchange) -> {
            exchange.respond(Problem.RESPONSES.notFound());
            return BodyReader.DROPPED;
          },
          List.of(),
          List.of(),
          List.of());
}
