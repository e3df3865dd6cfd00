package dev.tidings.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tidings.control.credential.BearerSecret;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An operator with the console in a browser, in front of real services. */
@Tag("npm")
class ConsoleIT {
  private static final Path CONSOLE = Path.of("../console");
  private static final Path PICTURES = Path.of("target/console");

  /**
   * Opens the link, switches a phone on, sends, sees banner and badge; switches the phone's radio
   * off, sends three, switches it on, sees the three in order; withdraws one and reads its trace.
   */
  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void a_phone_in_the_console_gets_what_is_sent_in_order_and_takes_back_what_is_withdrawn(
      @TempDir Path data) throws Exception {
    Path chromium = Path.of(System.getenv().getOrDefault("CHROMIUM", "/usr/bin/chromium"));
    assumeTrue(Files.isExecutable(chromium), chromium + " is not there (Debian: chromium)");
    BearerSecret secret = BearerSecret.ofAdministrator("CONSOLE001");
    ByteBuffer hash = secret.hash();
    byte[] bytes = new byte[hash.remaining()];
    hash.get(bytes);
    PipelineOptions options =
        PipelineOptions.in(data)
            .with(TidingsService.INGEST_API, "auth.admin", "credentials")
            .with(
                TidingsService.INGEST_API,
                "auth.admin.credential",
                secret.id() + ":" + HexFormat.of().formatHex(bytes));
    try (Pipeline pipeline = Pipeline.start(options)) {
      HostPort admin = pipeline.endpoint(TidingsService.INGEST_API, "admin");
      Process browser =
          new ProcessBuilder(
                  "node",
                  CONSOLE.resolve("test/journey.mjs").toString(),
                  "http://localhost:"
                      + admin.port()
                      + "/console/#/sign-in?credential="
                      + secret.reveal(),
                  PICTURES.toAbsolutePath().toString())
              .redirectErrorStream(true)
              .start();
      String said = new String(browser.getInputStream().readAllBytes(), UTF_8);
      assertThat(browser.waitFor()).as(said).isZero();
    }
  }
}
