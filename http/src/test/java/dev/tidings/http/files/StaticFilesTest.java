package dev.tidings.http.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.http.BodyWriter;
import dev.tidings.http.Connection;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.StreamingResponse;
import io.netty.util.AsciiString;
import java.io.ByteArrayOutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StaticFilesTest {
  private static final int LARGE = 200_000;

  @TempDir private Path directory;
  private URLClassLoader loader;
  private StaticFiles files;

  @BeforeEach
  void pack() throws Exception {
    Path jar = directory.resolve("console.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String folder : List.of("console/", "console/help/", "secret/")) {
        out.putNextEntry(new JarEntry(folder));
        out.closeEntry();
      }
      put(out, "console/index.html", "<p>".getBytes(StandardCharsets.UTF_8));
      put(out, "console/app-1.js", "go()".getBytes(StandardCharsets.UTF_8));
      put(out, "console/app.css", "p{}".getBytes(StandardCharsets.UTF_8));
      put(out, "console/logo.svg", "<svg/>".getBytes(StandardCharsets.UTF_8));
      put(out, "console/data.bin", large());
      put(out, "console/help/index.html", "<h1>".getBytes(StandardCharsets.UTF_8));
      put(out, "secret/key.pem", "secret".getBytes(StandardCharsets.UTF_8));
    }
    loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
    files = StaticFiles.of(loader, "console", "/console/");
  }

  @AfterEach
  void close() throws Exception {
    loader.close();
  }

  private static void put(JarOutputStream jar, String name, byte[] bytes) throws Exception {
    jar.putNextEntry(new JarEntry(name));
    jar.write(bytes);
    jar.closeEntry();
  }

  private static byte[] large() {
    byte[] bytes = new byte[LARGE];
    for (int i = 0; i < LARGE; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }

  private Response ask(String method, String target, String... headers) {
    List<Map.Entry<CharSequence, CharSequence>> all = new ArrayList<>();
    for (int i = 0; i < headers.length; i += 2) {
      all.add(Map.entry(headers[i], headers[i + 1]));
    }
    Responding exchange = new Responding();
    files.serve(Request.of(method, target, all), exchange);
    return exchange.response;
  }

  private static Map<String, String> fields(Response response) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < response.fields().length; i += 2) {
      fields.put(response.fields()[i].toString(), response.fields()[i + 1].toString());
    }
    return fields;
  }

  @ParameterizedTest
  @CsvSource({
    "/console/, <p>, text/html; charset=utf-8",
    "/console/index.html, <p>, text/html; charset=utf-8",
    "/console/help/, <h1>, text/html; charset=utf-8",
    "/console/app-1.js, go(), text/javascript; charset=utf-8",
    "/console/app.css?v=2, p{}, text/css; charset=utf-8",
    "/console/logo.svg, <svg/>, image/svg+xml",
  })
  void a_file_is_served_under_its_name_with_its_type(String target, String body, String type) {
    Response response = ask("GET", target);

    assertThat(response.status().code()).isEqualTo(200);
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).isEqualTo(body);
    assertThat(fields(response))
        .containsEntry("content-type", type)
        .containsEntry("cache-control", "no-cache")
        .containsEntry("x-content-type-options", "nosniff");
    assertThat(fields(response).get("content-security-policy"))
        .startsWith("default-src 'none';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(ask("HEAD", target)).isSameAs(response);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/console",
        "/console/nothing.js",
        "/console/../secret/key.pem",
        "/console/help/../index.html",
        "/console/./index.html",
        "/console//index.html",
        "/console/%2e%2e/secret/key.pem",
        "/console/..%2fsecret/key.pem",
        "/console/..%5csecret%5ckey.pem",
        "/console/..\\secret\\key.pem",
        "/console/%252e%252e/secret/key.pem",
        "/console/index.html%00.js",
        "/console/index.html\0",
        "/console/index.html/",
        "/console/help",
        "/console/INDEX.html",
        "/console/%69ndex.html",
        "/console/index.html;a=b",
        "/secret/key.pem",
        "/",
        "",
      })
  void whatever_is_not_the_name_of_a_file_is_not_found(String path) {
    Response response = ask("GET", path);

    assertThat(response.status().code()).isEqualTo(404);
    assertThat(fields(response)).containsEntry("content-type", Problem.MEDIA_TYPE.toString());
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).contains("\"status\":404");
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS", "get"})
  void a_file_is_only_read(String method) {
    Response response = ask(method, "/console/app-1.js");

    assertThat(response.status().code()).isEqualTo(405);
    assertThat(fields(response))
        .containsEntry("allow", "GET, HEAD")
        .containsEntry("content-type", Problem.MEDIA_TYPE.toString());
  }

  @Test
  void a_client_that_has_this_version_is_told_so_and_gets_no_body() {
    String etag = fields(ask("GET", "/console/app-1.js")).get("etag");
    assertThat(etag).matches("\"[0-9a-f]{32}\"");
    assertThat(etag).isNotEqualTo(fields(ask("GET", "/console/app.css")).get("etag"));

    for (String known : List.of(etag, "W/" + etag, "*", "\"other\", " + etag)) {
      Response response = ask("GET", "/console/app-1.js", "If-None-Match", known);
      assertThat(response.status().code()).isEqualTo(304);
      assertThat(response.body()).isEmpty();
      assertThat(fields(response))
          .containsEntry("etag", etag)
          .containsEntry("cache-control", "no-cache");
    }
    assertThat(
            ask("GET", "/console/app-1.js", "if-none-match", "\"a\"", "if-none-match", etag)
                .status()
                .code())
        .isEqualTo(304);
    for (String other : List.of("\"other\"", etag.replace("\"", ""), "")) {
      assertThat(ask("GET", "/console/app-1.js", "If-None-Match", other).status().code())
          .isEqualTo(200);
    }
    assertThat(ask("POST", "/console/app-1.js", "If-None-Match", etag).status().code())
        .isEqualTo(405);
  }

  @Test
  void a_large_file_is_streamed() {
    Response response = ask("GET", "/console/data.bin");

    assertThat(fields(response)).containsEntry("content-type", "application/octet-stream");
    Collected body = new Collected();
    ((StreamingResponse) response).source().produce(body);
    assertThat(body.ended).isTrue();
    assertThat(body.bytes.toByteArray()).isEqualTo(large());
  }

  @Test
  void a_directory_of_classes_is_read_as_well() throws Exception {
    Path classes = Files.createDirectories(directory.resolve("classes/console/help"));
    Files.writeString(classes.resolve("a.txt"), "text");
    try (URLClassLoader plain =
        new URLClassLoader(new URL[] {directory.resolve("classes").toUri().toURL()}, null)) {
      files = StaticFiles.of(plain, "console", "/");
    }

    assertThat(ask("GET", "/help/a.txt").body()).isEqualTo("text".getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(strings = {".env", "a b.txt", "a%2e.txt"})
  void a_file_whose_name_needs_encoding_is_refused_by_name(String name) throws Exception {
    Path classes = Files.createDirectories(directory.resolve("classes/console"));
    Files.writeString(classes.resolve(name), "text");
    try (URLClassLoader plain =
        new URLClassLoader(new URL[] {directory.resolve("classes").toUri().toURL()}, null)) {
      assertThatThrownBy(() -> StaticFiles.of(plain, "console", "/"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("file: " + name + " (expected: ");
    }
  }

  @Test
  void a_directory_that_is_not_there_is_refused_by_name() {
    assertThatThrownBy(() -> StaticFiles.of(loader, "nothing", "/"))
        .hasMessage("directory: nothing (expected: one on the class path)");
    assertThatThrownBy(() -> StaticFiles.of(loader, "console", "console"))
        .hasMessage("path: console (expected: one such as /console/)");
  }

  private static final class Responding implements Exchange {
    private Response response;

    @Override
    public void respond(Response given) {
      response = given;
    }

    @Override
    public Connection connection() {
      throw new UnsupportedOperationException();
    }

    @Override
    public void goAway() {
      throw new UnsupportedOperationException();
    }
  }

  private static final class Collected implements BodyWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private boolean ended;

    @Override
    public boolean isWritable() {
      return !ended;
    }

    @Override
    public boolean write(byte[] part) {
      assertThat(part.length).isLessThanOrEqualTo(MAX_PART_BYTES);
      bytes.writeBytes(part);
      return true;
    }

    @Override
    public void end() {
      ended = true;
    }

    @Override
    public void end(byte[] last) {
      write(last);
      end();
    }

    @Override
    public void wake() {
      throw new UnsupportedOperationException();
    }
  }

  @Test
  void under_other_rules_files_keep_their_versions_and_have_another_policy() {
    String etag = fields(ask("GET", "/console/app-1.js")).get("etag");
    StaticFiles other =
        files.under(
            new FileRules(AsciiString.of("default-src 'self'"), name -> name.contains("-1")));

    Response lasting = other.response("GET", "/console/app-1.js", null);
    assertThat(fields(lasting))
        .containsEntry("etag", etag)
        .containsEntry("cache-control", "public, max-age=31536000, immutable")
        .containsEntry("content-security-policy", "default-src 'self'");
    Response known = other.response("GET", "/console/app-1.js", etag);
    assertThat(known.status().code()).isEqualTo(304);
    assertThat(fields(known)).containsEntry("content-security-policy", "default-src 'self'");
    assertThat(fields(other.response("GET", "/console/app.css", null)))
        .containsEntry("cache-control", "no-cache");
    assertThat(other.response("GET", "/console/help/", null))
        .isSameAs(other.response("GET", "/console/help/index.html", null));
  }
}
