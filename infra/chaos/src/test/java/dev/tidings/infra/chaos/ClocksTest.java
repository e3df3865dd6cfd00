package dev.tidings.infra.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.pipeline.PipelineOptions;
import dev.tidings.infra.pipeline.TidingsService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClocksTest {
  @TempDir Path data;

  @Test
  void clocks_are_right_until_they_jump_and_each_service_has_its_own() throws Exception {
    Clocks clocks = Clocks.in(data);
    PipelineOptions options =
        clocks.install(PipelineOptions.in(data), Path.of("/lib/libfaketime.so.1"));
    assertThat(options.environments().keySet()).contains(TidingsService.values());
    assertThat(options.environments().get(TidingsService.INGEST_API))
        .containsEntry("LD_PRELOAD", "/lib/libfaketime.so.1");
    assertThat(offset(options, TidingsService.INGEST_API)).isEqualTo("+0s");

    clocks.jump("ingest-api", Duration.ofMinutes(10));
    clocks.jump("delivery-node", Duration.ofMinutes(-10));

    assertThat(offset(options, TidingsService.INGEST_API)).isEqualTo("+600s");
    assertThat(offset(options, TidingsService.DELIVERY_NODE)).isEqualTo("-600s");
    assertThat(offset(options, TidingsService.STREAMS_PROCESSOR)).isEqualTo("+0s");
  }

  private static String offset(PipelineOptions options, TidingsService service) throws Exception {
    String file = options.environments().get(service).get("FAKETIME_TIMESTAMP_FILE");
    return Files.readString(Path.of(file)).strip();
  }
}
