package dev.tidings.ingest.console;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.files.FileRules;
import dev.tidings.http.files.StaticFiles;
import dev.tidings.ingest.operation.BlockingAnswers;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The console's files, for everybody: what they show needs a credential. The page may connect to
 * this port and to the delivery nodes, and to nothing else; which those are is looked up for each
 * page. Thread-safe; blocks no event loop.
 */
public final class ConsoleFiles implements HttpService, AutoCloseable {
  private static final String DIRECTORY = "dev/tidings/console";
  private static final String INDEX = "index.html";
  private static final String PATH = "/console/";

  /** With a hash of its content in its name, as the build makes them. */
  private static final Predicate<String> UNCHANGING =
      Pattern.compile("assets/.*-[A-Za-z0-9_-]{8}\\.[a-z0-9]+").asMatchPredicate();

  private static final Response MOVED =
      Response.of(HttpResponseStatus.FOUND, HttpHeaderNames.LOCATION, AsciiString.of(PATH));
  private static final Response ABSENT =
      Problem.of(
              HttpResponseStatus.NOT_FOUND,
              "the console was left out when this was built (expected: Node.js 20 or later with"
                  + " npm when it is built again)")
          .response();

  private final Optional<StaticFiles> files;
  private final Nodes nodes;
  private final BlockingAnswers threads =
      new BlockingAnswers(
          "console-page",
          "pages are being made",
          detail -> Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, detail).response());

  /** Finds where the delivery nodes are. */
  @FunctionalInterface
  public interface Nodes {
    /**
     * Returns the origins of their WebSockets. May wait.
     *
     * @param host what the page was asked for at
     */
    List<String> origins(@Nullable String host) throws InterruptedException;
  }

  private ConsoleFiles(Optional<StaticFiles> files, Nodes nodes) {
    this.files = files;
    this.nodes = nodes;
  }

  /**
   * Reads the files, if the console was built.
   *
   * @param loader what has them
   */
  public static ConsoleFiles of(ClassLoader loader, Nodes nodes) {
    boolean built = loader.getResource(DIRECTORY + "/" + INDEX) != null;
    return new ConsoleFiles(
        built
            ? Optional.of(StaticFiles.of(loader, DIRECTORY, PATH).under(rules(List.of())))
            : Optional.empty(),
        nodes);
  }

  private static FileRules rules(List<String> origins) {
    List<String> reached = new ArrayList<>(List.of("'self'"));
    reached.addAll(origins);
    return new FileRules(
        AsciiString.of(
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                + " media-src 'self' data:; font-src 'self'; manifest-src 'self'; worker-src"
                + " 'self'; connect-src "
                + String.join(" ", reached)
                + "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
        UNCHANGING);
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    String path = request.path();
    if (!path.startsWith(PATH)) {
      exchange.respond(MOVED);
      return BodyReader.DROPPED;
    }
    if (files.isEmpty()) {
      exchange.respond(ABSENT);
      return BodyReader.DROPPED;
    }
    if (!path.equals(PATH) && !path.equals(PATH + INDEX)) {
      return files.get().serve(request, exchange);
    }
    @Nullable String host = host(request);
    @Nullable String known = StaticFiles.known(request);
    threads.answer(exchange::respond, () -> page(request.method(), path, known, host));
    return BodyReader.DROPPED;
  }

  private static @Nullable String host(Request request) {
    @Nullable String authority = request.header(AsciiString.cached(":authority"));
    return authority == null ? request.header(HttpHeaderNames.HOST) : authority;
  }

  private Response page(String method, String path, @Nullable String known, @Nullable String host) {
    List<String> origins;
    try {
      origins = nodes.origins(host);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      origins = List.of();
    }
    return files.orElseThrow().under(rules(origins)).response(method, path, known);
  }

  @Override
  public void close() {
    threads.close();
  }
}
