package dev.tidings.ingest.peer;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.operation.Turns;
import java.util.Optional;

/**
 * Answers questions of other nodes, when their turn has come. Only who knows the token keys is
 * answered; to all others there is nothing here. Thread-safe.
 *
 * @param <Q> a question
 */
public final class NodeOperation<Q> implements Operation {
  /** What is asked and answered. Thread-safe. */
  public interface Answers<Q> {
    /** Returns the question; empty if it is none, or its seal is not genuine. */
    Optional<Q> question(Request head);

    /** Returns the answer; may block. */
    Response answer(Q question);

    /** Returns what is said when {@link #answer} fails. */
    Response failed();

    /** Returns what is said when there are too many questions. */
    Response busy();
  }

  private final PathTemplate path;
  private final Answers<Q> answers;
  private final Turns turns;
  private final KnownPeers peers;

  /**
   * @param turns in which the questions are answered
   * @param peers whose questions are looked at
   */
  public NodeOperation(String path, Answers<Q> answers, Turns turns, KnownPeers peers) {
    this.path = PathTemplate.of(path);
    this.answers = answers;
    this.turns = turns;
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
    Optional<Q> question = peers.believes(exchange) ? answers.question(head) : Optional.empty();
    if (question.isEmpty()) {
      exchange.respond(Problem.RESPONSES.notFound());
    } else {
      turns.add(exchange.connection().client(), new Answering(question.get(), exchange));
    }
    return BodyReader.DROPPED;
  }

  private final class Answering implements Turns.Task {
    private final Q question;
    private final Exchange exchange;

    private Answering(Q question, Exchange exchange) {
      this.question = question;
      this.exchange = exchange;
    }

    @Override
    public void run(Runnable done) {
      try {
        exchange.respond(answers.answer(question));
      } catch (RuntimeException e) {
        exchange.respond(answers.failed());
        throw e;
      } finally {
        done.run();
      }
    }

    @Override
    public void refused() {
      exchange.respond(answers.busy());
    }
  }
}
