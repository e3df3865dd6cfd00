package dev.tidings.ingest.admin;

import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** The description of the interface for programs, in OpenAPI 3.1. */
final class OpenApiDocument {
  static final String PATH = "/openapi.json";
  private static final String RESOURCE = "openapi.json";

  private OpenApiDocument() {}

  static byte[] read() {
    try (InputStream in = OpenApiDocument.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + ": missing (expected: beside this class)");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Response response() {
    return Response.of(
        HttpResponseStatus.OK,
        read(),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }
}
