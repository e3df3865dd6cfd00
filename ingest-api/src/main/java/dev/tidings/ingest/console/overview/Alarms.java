package dev.tidings.ingest.console.overview;

import dev.tidings.ingest.console.overview.Alarm.Severity;
import dev.tidings.schemas.question.NodeFigures;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Finds what is wrong in samples, and since when. For one thread. */
final class Alarms {
  /** A delivery that is not resolved longer than this holds back its partition's commits. */
  private static final double OLDEST_SECONDS = 90;

  private static final long AUDIT_BEHIND_SECONDS = 600;
  private static final int MOST_NAMED = 20;

  private List<Alarm> last = List.of();

  List<Alarm> of(Sample sample) {
    List<Alarm> found = new ArrayList<>();
    if (sample.log().isEmpty()) {
      found.add(critical(sample, "log-silent", "no broker answers"));
    }
    nodes(sample, found);
    owners(sample, found);
    sample
        .audit()
        .ifPresent(audit -> {
          if (audit.difference() > 0) {
            found.add(
                critical(
                    sample,
                    "audit-difference",
                    audit.difference()
                        + " notifications were accepted, and nobody can tell what"
                        + " became of them"));
          }
          if (audit.behindSeconds() > AUDIT_BEHIND_SECONDS) {
            found.add(
                warning(
                    sample, "audit-behind", "the audit is " + audit.behindSeconds() + " s behind"));
          }
        });
    sample
        .unready()
        .forEach((check, why) -> found.add(critical(sample, "not-ready", check + ": " + why)));
    last = found.stream().map(this::sinceBefore).toList();
    return last;
  }

  private static void nodes(Sample sample, List<Alarm> found) {
    if (sample.sites().isEmpty()) {
      found.add(critical(sample, "no-node", "no delivery node has said where it is"));
    }
    sample
        .sites()
        .forEach(site -> {
          if (site.figures().isEmpty()) {
            found.add(
                critical(
                    sample, "node-silent", "delivery node " + site.address() + " does not answer"));
          }
        });
    for (NodeFigures node : sample.nodes().values()) {
      double oldest = node.value("window.oldest.seconds");
      if (oldest > OLDEST_SECONDS) {
        found.add(
            warning(
                sample,
                "delivery-old",
                "%s: a delivery is neither confirmed nor parked for %.0f s"
                    .formatted(node.node(), oldest)));
      }
    }
  }

  /** Only where all nodes have answered: the others may own them. */
  private static void owners(Sample sample, List<Alarm> found) {
    boolean whole =
        !sample.sites().isEmpty()
            && sample.sites().stream().allMatch(site -> site.figures().isPresent());
    if (!whole || sample.log().isEmpty()) {
      return;
    }
    Set<Integer> unowned = new TreeSet<>(sample.log().get().lags().keySet());
    sample.nodes().values().forEach(node -> unowned.removeAll(node.partitions()));
    if (!unowned.isEmpty()) {
      found.add(
          critical(
              sample,
              "partition-unowned",
              "no delivery node owns partition "
                  + unowned.stream()
                      .limit(MOST_NAMED)
                      .map(Object::toString)
                      .collect(Collectors.joining(", "))
                  + (unowned.size() > MOST_NAMED ? ", ..." : "")));
    }
  }

  private static Alarm critical(Sample sample, String name, String detail) {
    return new Alarm(name, Severity.CRITICAL, detail, sample.at());
  }

  private static Alarm warning(Sample sample, String name, String detail) {
    return new Alarm(name, Severity.WARNING, detail, sample.at());
  }

  private Alarm sinceBefore(Alarm now) {
    return last.stream()
        .filter(now::isSameAs)
        .findAny()
        .map(before -> new Alarm(now.name(), now.severity(), now.detail(), before.since()))
        .orElse(now);
  }
}
