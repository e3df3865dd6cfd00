package dev.tidings.ingest.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.ingest.testing.Visitor;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class ConsoleFilesTest {
  private static final String ROOT = "dev/tidings/console/";

  @TempDir private Path directory;
  private final List<String> origins = new CopyOnWriteArrayList<>(List.of("ws://localhost:8083"));

  private ConsoleFiles files(boolean built) throws Exception {
    Path jar = directory.resolve("console.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      for (String folder : List.of("dev/", "dev/tidings/", ROOT, ROOT + "assets/")) {
        out.putNextEntry(new JarEntry(folder));
      }
      if (built) {
        put(out, "index.html", "<p>");
        put(out, "favicon.svg", "<svg/>");
        put(out, "assets/index-DiwrgTda.js", "go()");
        put(out, "assets/logo.svg", "<svg/>");
      }
    }
    return ConsoleFiles.of(
        new URLClassLoader(new URL[] {jar.toUri().toURL()}, null),
        host -> origins.stream().map(each -> each.replace("localhost", host)).toList());
  }

  private static void put(JarOutputStream jar, String name, String text) throws Exception {
    jar.putNextEntry(new JarEntry(ROOT + name));
    jar.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Response ask(ConsoleFiles files, String method, String path, String known) {
    Visitor visitor = new Visitor();
    files.serve(
        Request.of(
            method, path, List.of(Map.entry("host", "here"), Map.entry("if-none-match", known))),
        visitor);
    return visitor.response.join();
  }

  private static Map<String, String> fields(Response response) {
    Map<String, String> fields = new HashMap<>();
    for (int i = 0; i < response.fields().length; i += 2) {
      fields.put(response.fields()[i].toString(), response.fields()[i + 1].toString());
    }
    return fields;
  }

  @Test
  void a_page_may_connect_to_this_port_and_to_the_delivery_nodes_of_now_and_nowhere_else()
      throws Exception {
    try (ConsoleFiles files = files(true)) {
      Response page = ask(files, "GET", "/console/", "");

      assertThat(new String(page.body(), StandardCharsets.UTF_8)).isEqualTo("<p>");
      assertThat(fields(page))
          .containsEntry("content-type", "text/html; charset=utf-8")
          .containsEntry("cache-control", "no-cache")
          .containsEntry("x-content-type-options", "nosniff")
          .containsEntry("referrer-policy", "no-referrer")
          .containsEntry("cross-origin-opener-policy", "same-origin");
      assertThat(fields(page).get("content-security-policy"))
          .contains("default-src 'none';", "script-src 'self';", "frame-ancestors 'none'")
          .contains("connect-src 'self' ws://here:8083;")
          .doesNotContain("unsafe");

      origins.add("wss://localhost:8084");
      Response known = ask(files, "GET", "/console/index.html", fields(page).get("etag"));

      assertThat(known.status().code()).isEqualTo(304);
      assertThat(fields(known).get("content-security-policy"))
          .contains("connect-src 'self' ws://here:8083 wss://here:8084;");
    }
  }

  @Test
  void only_what_has_a_hash_in_its_name_is_kept_without_asking() throws Exception {
    try (ConsoleFiles files = files(true)) {
      assertThat(fields(ask(files, "GET", "/console/assets/index-DiwrgTda.js", "")))
          .containsEntry("cache-control", "public, max-age=31536000, immutable");
      assertThat(fields(ask(files, "GET", "/console/assets/logo.svg", "")))
          .containsEntry("cache-control", "no-cache");
      assertThat(fields(ask(files, "GET", "/console/favicon.svg", "")))
          .containsEntry("cache-control", "no-cache");
    }
  }

  @Test
  void the_root_leads_to_the_page_and_what_is_no_file_is_not_found() throws Exception {
    try (ConsoleFiles files = files(true)) {
      for (String path : List.of("/", "/console")) {
        assertThat(ask(files, "GET", path, "").status().code()).isEqualTo(302);
        assertThat(fields(ask(files, "GET", path, ""))).containsEntry("location", "/console/");
      }
      for (String path :
          List.of("/console/assets/", "/console/../secret", "/console/%2e%2e/x", "/console/no")) {
        assertThat(ask(files, "GET", path, "").status().code()).as(path).isEqualTo(404);
      }
      assertThat(ask(files, "POST", "/console/", "").status().code()).isEqualTo(405);
    }
  }

  @Test
  void one_that_was_not_built_says_how_it_is() throws Exception {
    try (ConsoleFiles files = files(false)) {
      Response answer = ask(files, "GET", "/console/", "");

      assertThat(answer.status().code()).isEqualTo(404);
      assertThat(new String(answer.body(), StandardCharsets.UTF_8))
          .contains("left out when this was built", "Node.js 20");
    }
  }
}
