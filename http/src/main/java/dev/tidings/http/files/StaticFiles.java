package dev.tidings.http.files;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.HttpService;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Serves the files of a directory in a jar under a path, and {@code index.html} for a directory.
 * The files are read once, and a request's path is looked up as it arrives: what is not the name of
 * a file is not found, so that no path leads out of the directory, however it is encoded.
 * Immutable.
 */
public final class StaticFiles implements HttpService {
  private static final String INDEX = "index.html";
  private static final Pattern NAME =
      Pattern.compile("([A-Za-z0-9_~-][A-Za-z0-9._~-]*/)*[A-Za-z0-9_~-][A-Za-z0-9._~-]*");
  private static final AsciiString GET_AND_HEAD = AsciiString.cached("GET, HEAD");
  private static final Response NOT_FOUND =
      Problem.of(HttpResponseStatus.NOT_FOUND, null).response();
  private static final Response NOT_ALLOWED =
      Problem.of(HttpResponseStatus.METHOD_NOT_ALLOWED, "expected: " + GET_AND_HEAD)
          .response()
          .with(HttpHeaderNames.ALLOW, GET_AND_HEAD);

  private final Map<String, StaticFile> files;

  private StaticFiles(Map<String, StaticFile> files) {
    this.files = Map.copyOf(files);
  }

  /**
   * Reads the files.
   *
   * @param loader what finds the directory
   * @param directory in a jar, or in a directory of classes: {@code console}
   * @param path under which they are served: {@code /console/}
   * @throws IllegalArgumentException if there is no such directory, or it has a file whose name
   *     would have to be encoded in a path, or more than fits in memory
   */
  public static StaticFiles of(ClassLoader loader, String directory, String path) {
    if (!path.startsWith("/") || !path.endsWith("/")) {
      throw new IllegalArgumentException("path: " + path + " (expected: one such as /console/)");
    }
    Map<String, StaticFile> files = new HashMap<>();
    ResourceDirectory.read(loader, directory)
        .forEach((name, bytes) -> {
          if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                "file: "
                    + name
                    + " (expected: letters, digits, '.', '_', '~' and '-', and no '.' in front)");
          }
          StaticFile file = StaticFile.of(name, bytes, FileRules.STRICT);
          files.put(path + name, file);
          if (name.equals(INDEX) || name.endsWith('/' + INDEX)) {
            files.put(path + name.substring(0, name.length() - INDEX.length()), file);
          }
        });
    return new StaticFiles(files);
  }

  /** The same files under other rules. */
  public StaticFiles under(FileRules rules) {
    IdentityHashMap<StaticFile, StaticFile> changed = new IdentityHashMap<>();
    Map<String, StaticFile> all = new HashMap<>();
    files.forEach(
        (path, file) -> all.put(path, changed.computeIfAbsent(file, each -> each.under(rules))));
    return new StaticFiles(all);
  }

  @Override
  public BodyReader serve(Request request, Exchange exchange) {
    exchange.respond(response(request.method(), request.path(), known(request)));
    return BodyReader.DROPPED;
  }

  /** Returns which versions the client of a request has: its {@code if-none-match}, if any. */
  public static @Nullable String known(Request request) {
    @Nullable String all = null;
    for (Map.Entry<CharSequence, CharSequence> header : request.headers()) {
      if (HttpHeaderNames.IF_NONE_MATCH.contentEqualsIgnoreCase(header.getKey())) {
        all = all == null ? header.getValue().toString() : all + "," + header.getValue();
      }
    }
    return all;
  }

  /**
   * Returns the response to a request.
   *
   * @param known as {@link #known}
   */
  public Response response(String method, String path, @Nullable String known) {
    @Nullable StaticFile file = files.get(path);
    if (file == null) {
      return NOT_FOUND;
    }
    return switch (method) {
      case "GET", "HEAD" -> file.response(known);
      default -> NOT_ALLOWED;
    };
  }
}
