package dev.tidings.ingest.history.part;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.rest.Turns;
import dev.tidings.ingest.trace.index.HistoryIndex.NotServedException;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Optional;

/**
 * Answers other nodes about parts of this one. Only who knows the token keys is answered; to all
 * others there is nothing here. Thread-safe.
 */
public final class PartAnswers implements Operation {
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

  private final PathTemplate path;
  private final Answer answer;
  private final Turns turns;
  private final NodeSeal seal;
  private final KnownPeers peers;

  /**
   * @param turns in which the questions are answered
   * @param peers whose questions are looked at
   */
  public PartAnswers(String path, Answer answer, Turns turns, NodeSeal seal, KnownPeers peers) {
    this.path = PathTemplate.of(path);
    this.answer = answer;
    this.turns = turns;
    this.seal = seal;
    this.peers = peers;
  }

  @Override
  public String method() {
    return "GET";
  }

  @Override
  public PathTemplate path() {
    return path;
  }

  @Override
  public BodyReader serve(Request head, Exchange exchange) {
    Optional<PartQuestion> question =
        peers.believes(exchange) ? PartQuestion.read(head, seal) : Optional.empty();
    if (question.isEmpty()) {
      exchange.respond(Problem.RESPONSES.notFound());
    } else {
      turns.add(exchange.connection().client(), new Answering(question.get(), exchange));
    }
    return BodyReader.DROPPED;
  }

  private final class Answering implements Turns.Task {
    private final PartQuestion question;
    private final Exchange exchange;

    private Answering(PartQuestion question, Exchange exchange) {
      this.question = question;
      this.exchange = exchange;
    }

    @Override
    public void run(Runnable done) {
      try {
        exchange.respond(response());
      } catch (RuntimeException e) {
        exchange.respond(HistoryProblems.notNow("the history cannot be read"));
        throw e;
      } finally {
        done.run();
      }
    }

    private Response response() {
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
    public void refused() {
      exchange.respond(HistoryProblems.busy());
    }
  }
}
