package dev.tidings.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PlotsTest {
  @TempDir private Path directory;

  @Test
  void runs_become_pictures_with_axes_and_a_legend() throws Exception {
    Path file = directory.resolve("runs.json");
    Files.writeString(
        file,
        """
        something else
        {"scenario":"push","rate":1000,"devices":10000,"deliver":{"curve":[[0,0.4],[50,2],[99,9.5]]},\
        "cpuMicros":{"kafka":20,"delivery-node":30},"floor":{"pipe":{"curve":[[0,0.3],[50,1.4],[99,8]]}}}
        {"scenario":"flood","window":100,"devices":1000,"delivered":12000,"cpuMicros":{"kafka":9}}
        {"scenario":"flood","window":100,"devices":10000,"delivered":11500,"cpuMicros":{"kafka":9}}
        """);

    Map<String, String> drawn = Plots.read(List.of(file)).draw();

    assertThat(drawn).containsOnlyKeys("latency.svg", "throughput.svg", "cpu.svg");
    for (String picture : drawn.values()) {
      var document =
          DocumentBuilderFactory.newInstance()
              .newDocumentBuilder()
              .parse(new ByteArrayInputStream(picture.getBytes(StandardCharsets.UTF_8)));
      assertThat(document.getDocumentElement().getTagName()).isEqualTo("svg");
    }
    assertThat(drawn.get("latency.svg")).contains("push, 1,000/s", "floor, 1,000/s", "percentile");
    assertThat(drawn.get("throughput.svg")).contains("flood", "connected devices", "10,000");
    assertThat(drawn.get("cpu.svg")).contains("delivery-node", "microseconds a notification");
  }

  @Test
  void an_axis_reaches_from_round_number_to_round_number_around_what_it_shows() {
    Axis linear = Axis.linear("x", 11_500);
    assertThat(linear.high()).isEqualTo(15_000);
    assertThat(linear.place(7_500)).isEqualTo(0.5);

    Axis logarithmic = Axis.logarithmic("x", 0.4, 95);
    assertThat(logarithmic.low()).isEqualTo(0.2);
    assertThat(logarithmic.high()).isEqualTo(100);
    assertThat(logarithmic.place(0.2)).isZero();
    assertThat(logarithmic.place(100)).isEqualTo(1);
  }
}
