package dev.tidings.ingest.history.part;

import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.operation.Turns;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.peer.NodeOperation;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;

/** Answers other nodes about parts of this one. Thread-safe. */
public final class PartAnswers implements NodeOperation.Answers<PartQuestion> {
  /** What partitions of this node say; blocks. */
  @FunctionalInterface
  public interface Answer {
    /**
     * Returns the text for the other node.
     *
     * @throws InvalidValueException if the query is none
     */
    byte[] of(List<Integer> partitions, String query) throws NotServedException;
  }

  private final Answer answer;
  private final NodeSeal seal;

  private PartAnswers(Answer answer, NodeSeal seal) {
    this.answer = answer;
    this.seal = seal;
  }

  /**
   * Returns the operation that answers.
   *
   * @param turns in which the questions are answered
   * @param peers whose questions are looked at
   */
  public static Operation at(
      String path, Answer answer, Turns turns, NodeSeal seal, KnownPeers peers) {
    return new NodeOperation<>(path, new PartAnswers(answer, seal), turns, peers);
  }

  @Override
  public Optional<PartQuestion> question(Request head) {
    return PartQuestion.read(head, seal);
  }

  @Override
  public Response answer(PartQuestion question) {
    try {
      return Response.of(
          HttpResponseStatus.OK,
          answer.of(question.partitions(), question.query()),
          HttpHeaderNames.CONTENT_TYPE,
          HttpHeaderValues.TEXT_PLAIN);
    } catch (NotServedException e) {
      return HistoryProblems.notNow(e.why());
    } catch (InvalidValueException e) {
      // It is of another version.
      return HistoryProblems.invalid(e);
    }
  }

  @Override
  public Response failed() {
    return HistoryProblems.notNow("the history cannot be read");
  }

  @Override
  public Response busy() {
    return HistoryProblems.busy();
  }
}
