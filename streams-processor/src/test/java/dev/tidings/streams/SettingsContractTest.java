package dev.tidings.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The table of settings in the documents is that of the code. */
class SettingsContractTest {
  @Test
  void the_operators_manual_has_every_setting_with_its_default_and_meaning() throws Exception {
    String manual = Files.readString(Path.of("..", "docs", "operations.md"));

    assertThat(manual).contains(StreamsSettings.ALL.markdown());
  }
}
