package dev.tidings.ingest.rest;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * {@code GET /openapi.json}: the interface for providers, for programs (OpenAPI 3.1). It says
 * nothing of this installation, so everybody may read it.
 */
public final class ApiDocument implements Operation {
  /** Where it is. */
  public static final String URL = "/openapi.json";

  private static final PathTemplate PATH = PathTemplate.of(URL);
  private static final String RESOURCE = "openapi.json";

  private final Response response =
      Response.of(
          HttpResponseStatus.OK,
          read(),
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderValues.APPLICATION_JSON);

  /** Returns the document. */
  public static byte[] read() {
    try (InputStream in = ApiDocument.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + ": missing (expected: beside this class)");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public PathTemplate path() {
    return PATH;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    exchange.respond(response);
    return BodyReader.DROPPED;
  }
}
