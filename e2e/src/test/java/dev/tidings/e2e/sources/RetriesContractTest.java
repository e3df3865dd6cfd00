package dev.tidings.e2e.sources;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The documents tell of everything that waits and tries again, as far as names tell it. */
class RetriesContractTest {
  private static final Pattern PAUSE =
      Pattern.compile(
          "(?:Duration|long|int|List<Duration>) "
              + "(?:(?:FIRST|LONGEST)_PAUSE|PAUSES?|\\w*RETRY\\w*|AFTER_(?:FAILURE|TROUBLE)\\w*"
              + "|\\w+_WAIT|AGAIN|LOOK_AGAIN)(?:_\\w+)? =");

  private static final Pattern TYPE = Pattern.compile("`([A-Z]\\w+)`");
  private static final String HEADING = "\n### What waits and tries again\n";

  /** The pause is none before a further attempt. */
  private static final Set<String> OTHERS =
      Set.of(
          // For how long no line is logged.
          "NotReadYet",
          // For how long a device may be slow to look at a packet.
          "Resumption",
          // What clients are told.
          "EventStream",
          "ReceiptStreams",
          "TraceResponses",
          // How much may wait.
          "DeviceSession",
          // Marks of a connection that is not read.
          "Flow",
          "RegistrationHandler");

  @Test
  void every_class_with_a_pause_before_the_next_attempt_is_in_the_table() {
    Set<String> pausing = new TreeSet<>();
    for (Text file : Text.named(".java")) {
      if (isOfService(file.path()) && PAUSE.matcher(file.content()).find()) {
        pausing.add(file.fileName().replace(".java", ""));
      }
    }
    assertThat(pausing).contains("TableReader", "Commits", "Attempts");
    pausing.removeAll(OTHERS);

    assertThat(table()).containsAll(pausing);
  }

  private static boolean isOfService(String path) {
    return path.contains("/src/main/")
        && List.of(
                "schemas/",
                "service/",
                "net/",
                "http/",
                "auth/",
                "control/",
                "ingest-api/",
                "streams-processor/",
                "delivery-nodes/")
            .stream()
            .anyMatch(path::startsWith);
  }

  private static Set<String> table() {
    String page =
        Text.named("operations.md").stream()
            .filter(each -> each.path().equals("docs/operations.md"))
            .findFirst()
            .orElseThrow()
            .content();
    int start = page.indexOf(HEADING);
    String section = page.substring(start, page.indexOf("\n## ", start));
    Set<String> types = new TreeSet<>();
    TYPE.matcher(section).results().forEach(each -> types.add(each.group(1)));
    return types;
  }
}
