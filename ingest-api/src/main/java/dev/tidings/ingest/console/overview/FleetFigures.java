package dev.tidings.ingest.console.overview;

import dev.tidings.ingest.device.Fleet;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.NodeFigures;
import dev.tidings.schemas.question.OperatorQuestion;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * The figures of all delivery nodes, asked for once for all who want them. Blocks for a few seconds
 * at most; thread-safe.
 */
public final class FleetFigures {
  private final Fleet fleet;
  private final LongSupplier nanoTime;
  private List<Site> last = List.of();
  private long asked;
  private boolean known;

  public FleetFigures(Fleet fleet, LongSupplier nanoTime) {
    this.fleet = fleet;
    this.nanoTime = nanoTime;
  }

  /**
   * A delivery node.
   *
   * @param address where it has said that it is
   * @param figures empty if it does not answer
   */
  public record Site(String address, Optional<NodeFigures> figures) {}

  /**
   * Returns them.
   *
   * @param age how old they may be
   */
  public synchronized List<Site> look(Duration age) throws InterruptedException {
    long now = nanoTime.getAsLong();
    if (!known || now - asked > age.toNanos()) {
      last =
          fleet.ask(new OperatorQuestion.Figures()).stream()
              .map(each -> new Site(each.address(), figures(each.answer())))
              .toList();
      asked = now;
      known = true;
    }
    return last;
  }

  private static Optional<NodeFigures> figures(DeviceAnswer answer) {
    return answer instanceof DeviceAnswer.Found(var text, var next)
        ? Optional.of(NodeFigures.parse(text))
        : Optional.empty();
  }
}
