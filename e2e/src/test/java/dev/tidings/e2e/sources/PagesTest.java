package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Each rule finds what breaks it, and says where it is. */
class PagesTest {
  private static final Sources SOURCES =
      Sources.of(
          List.of(
              new Text(
                  "a/src/main/java/dev/tidings/a/Meters.java",
                  """
                  package dev.tidings.a;

                  import io.micrometer.core.instrument.Counter;

                  /** class Commented */
                  final class Meters { // was: record Renamed
                    private static final String URL = "http://x"; enum Kind { ONE }
                    void count() { counter("tidings.a.sent", "max.size"); counter("tidings.a.left"); }
                  }
                  """),
              new Text("clients/src/mine.ts", "/** class Noted */ export interface Mine {}"),
              new Text("schemas/Delivery.avsc", "{\"type\": \"record\", \"name\": \"Delivery\"}")));

  private static Text page(String content) {
    return new Text("docs/page.md", content);
  }

  @Test
  void a_class_or_a_member_that_is_not_there_is_told() {
    Text page =
        page(
            """
            `Meters`, `a.Meters`, `Meters.count`, `Meters#count()`, `Meters.Kind`, `Kind`, `Delivery`, `Mine`, `Their`, `READ`

            ```
            Of `Another`
            ```
            `Renamed`, `Commented`, `b.Meters`
            and `Meters.counts`, `Noted`
            """);

    assertThat(Pages.unknownTypes(page, SOURCES, Set.of("Their")))
        .containsExactly(
            "docs/page.md:6: Renamed (expected: a class of this project with such a member)",
            "docs/page.md:6: Commented (expected: a class of this project with such a member)",
            "docs/page.md:6: b.Meters (expected: a class of this project with such a member)",
            "docs/page.md:7: Meters.counts (expected: a class of this project with such a member)",
            "docs/page.md:7: Noted (expected: a class of this project with such a member)");
  }

  @Test
  void a_setting_that_is_not_there_is_told() {
    Text page = page("`max.size`, `tidings.a`, `a.b` and `c.d`\n`max.sizes`");

    assertThat(Pages.unknownSettings(page, SOURCES, Set.of("a.b"), Set.of("c.d")))
        .containsExactly(
            "docs/page.md:2: max.sizes (expected: a setting, a package, or another name in the"
                + " code)");
  }

  @Test
  void a_row_that_differs_is_told_and_so_is_one_too_many_or_too_few() {
    Text page =
        page(
            """
            # S

            ### a

            | `x` | `1` | X. |
            | `y` | `2` | Y. |

            ### b
            | `z` | `3` | Z. |
            """);

    assertThat(Pages.wrongSettings(page, "### a", "| `x` | `2` | X. |\n| `z` | `3` | Z. |\n"))
        .containsExactly(
            "docs/page.md:5: | `x` | `1` | X. | (expected: | `x` | `2` | X. |)",
            "docs/page.md:6: y (expected: a setting)",
            "docs/page.md:3: no z (expected: | `z` | `3` | Z. |)");
    assertThat(Pages.wrongSettings(page, "### b", "| `z` | `3` | Z. |\n")).isEmpty();
    assertThat(Pages.wrongSettings(page, "### c", ""))
        .containsExactly("docs/page.md: ### c (expected: such a heading)");
  }

  @Test
  void a_meter_that_nobody_makes_or_that_is_not_documented_is_told() {
    Text page = page("`tidings_a_sent_total{reason}`\n`tidings_a_sent`, `tidings_a_lost_bytes`");

    assertThat(Pages.unknownMeters(page, SOURCES))
        .containsExactly(
            "docs/page.md:2: tidings_a_lost_bytes (expected: a meter that the code makes)");
    assertThat(Pages.missingMeters(page, SOURCES))
        .containsExactly(
            "a/src/main/java/dev/tidings/a/Meters.java:8: tidings.a.left (expected: to be in"
                + " docs/page.md)");
  }

  @Test
  void a_link_to_no_file_or_no_heading_is_told() {
    Text page =
        page(
            """
            # One: `two`, 100,000
            [a](#one-two-100000) [b](other.md#there) [c](../README.md) [d](https://x/y) [e](picture.svg)
            [f](#there) [g](other.md#gone)
            [h](gone.md)
            """);
    Map<String, Text> pages =
        Map.of(page.path(), page, "docs/other.md", new Text("docs/other.md", "text\n\n## There\n"));

    assertThat(Pages.brokenLinks(page, pages, Set.of("README.md", "docs/picture.svg")::contains))
        .containsExactly(
            "docs/page.md:3: #there (expected: what is there)",
            "docs/page.md:3: other.md#gone (expected: what is there)",
            "docs/page.md:4: gone.md (expected: what is there)");
  }
}
