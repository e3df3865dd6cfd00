package dev.tidings.bench.plot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tidings.bench.plot.Recording.Line;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

class FilmTest {
  private static final String COMMAND = "./tidings demo --once";
  private static final String FENCE = "```";

  /** The surefire and the console launcher alike start in the module. */
  private static Path checkout() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("README.zh.md"))) {
      here = here.getParent();
    }
    return here;
  }

  /** What a page shows as printed by the demo. */
  private static List<String> shown(String page) throws IOException {
    List<String> lines = Files.readAllLines(checkout().resolve(page));
    int begin = lines.indexOf(FENCE);
    while (!lines.get(begin + 1).startsWith("[ ")) {
      begin += 1 + lines.subList(begin + 1, lines.size()).indexOf(FENCE);
    }
    List<String> rest = lines.subList(begin + 1, lines.size());
    return rest.subList(0, rest.indexOf(FENCE));
  }

  private static Document parsed(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  @Test
  void the_moving_picture_of_the_readme_is_of_the_run_that_the_readme_shows() throws Exception {
    Path picture = checkout().resolve("docs/images/demo.svg");

    for (String page : List.of("README.md", "README.zh.md")) {
      assertThat(Files.readString(checkout().resolve(page)))
          .as(page)
          .containsPattern("!\\[[^]]+]\\(docs/images/demo\\.svg\\)");
      assertThat(Files.readString(picture))
          .as("of %s; with what it shows in run.txt: ./tidings bench plot --demo run.txt", page)
          .isEqualTo(new Film(COMMAND, Recording.of(shown(page))).draw());
    }
    assertThat(Files.size(picture)).isLessThan(100_000);
  }

  @Test
  void each_line_comes_at_its_time_and_pauses_are_cut() {
    assertThat(
            Recording.of(List.of("[  2.0s] a", "  b", "[  2.5s] c", "[ 60.0s] d", "[ 59.0s] e"))
                .lines())
        .containsExactly(
            new Line("[  2.0s] a", 1.0),
            new Line("  b", 1.0),
            new Line("[  2.5s] c", 1.5),
            new Line("[ 60.0s] d", 2.5),
            new Line("[ 59.0s] e", 2.5));
  }

  @Test
  void it_is_a_picture_of_all_lines_without_a_script_and_still_for_who_wants_no_motion()
      throws Exception {
    String svg = new Film(COMMAND, Recording.of(List.of("[  0.1s] a < b & c", "", "  ╭─╮"))).draw();

    NodeList texts = parsed(svg).getElementsByTagName("text");
    assertThat(IntStream.range(0, texts.getLength()).mapToObj(i -> texts.item(i).getTextContent()))
        .containsExactly("$ " + COMMAND, "[  0.1s] a < b & c", "  ╭─╮");
    assertThat(svg).doesNotContain("<script", "href", "url(");
    int motion = svg.indexOf("@media (prefers-reduced-motion:no-preference){");
    assertThat(svg.indexOf("animation")).isGreaterThan(motion).isPositive();
    assertThat(svg.indexOf("opacity")).isGreaterThan(motion);
  }

  @Test
  void what_is_no_recording_or_too_large_for_a_picture_is_refused() {
    assertThatThrownBy(() -> Recording.of(List.of("a")))
        .hasMessage("recording: no line with a time (expected: [  1.2s] …)");
    assertThatThrownBy(() -> Recording.of(List.of("[  1.0s] " + "x".repeat(132))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Recording.of(IntStream.range(0, 61).mapToObj(i -> "x").toList()))
        .hasMessage("recording: 61 lines (expected: at most 60, of at most 132 characters)");
  }
}
