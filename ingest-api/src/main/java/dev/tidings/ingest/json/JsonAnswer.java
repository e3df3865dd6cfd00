package dev.tidings.ingest.json;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.http.Response;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import org.jspecify.annotations.Nullable;

/** Writes answers as JSON in ASCII: text from others is shown in terminals. */
public final class JsonAnswer {
  private static final int LAST_PRINTABLE = 0x7e;
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().highestNonEscapedChar(LAST_PRINTABLE).build();
  private static final Response NOTHING = Response.of(HttpResponseStatus.NO_CONTENT);

  private JsonAnswer() {}

  /** Writes the members of an object. */
  @FunctionalInterface
  public interface Members {
    void write(JsonGenerator out) throws IOException;

    /** These, and then others. */
    default Members and(Members others) {
      return out -> {
        write(out);
        others.write(out);
      };
    }
  }

  /** What there is. */
  public static Response ok(Members members) {
    return object(HttpResponseStatus.OK, members);
  }

  /** What was made, which is there from now on. */
  public static Response created(String path, Members members) {
    return object(HttpResponseStatus.CREATED, members)
        .with(HttpHeaderNames.LOCATION, AsciiString.of(path));
  }

  /** It is done, and there is nothing to tell. */
  public static Response done() {
    return NOTHING;
  }

  /** An object, with this status. */
  public static Response object(HttpResponseStatus status, Members members) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      members.write(out);
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return Response.of(
        status,
        bytes.toByteArray(),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }

  /** Writes a list of texts; null for none. */
  public static void texts(JsonGenerator out, String name, @Nullable Collection<String> texts)
      throws IOException {
    if (texts == null) {
      out.writeNullField(name);
      return;
    }
    out.writeArrayFieldStart(name);
    for (String text : texts) {
      out.writeString(text);
    }
    out.writeEndArray();
  }

  /** Writes what {@code toString} says of something; null for none. */
  public static void text(JsonGenerator out, String name, @Nullable Object value)
      throws IOException {
    if (value == null) {
      out.writeNullField(name);
    } else {
      out.writeStringField(name, value.toString());
    }
  }
}
