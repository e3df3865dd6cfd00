package dev.tidings.ingest.earlier;

import dev.tidings.http.BodyReader;
import dev.tidings.http.Exchange;
import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.http.route.PathTemplate;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.rest.Turns;
import dev.tidings.schemas.token.NodeSeal;
import dev.tidings.schemas.topic.ReceiptKey;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * Answers other nodes which of many notifications were accepted, and when; or which have a receipt.
 * Only who knows the token keys is answered; to all others there is nothing here. The questions
 * have places and threads of their own, so that they take none from requests for traces.
 * Thread-safe.
 */
final class EarlierAnswers implements Operation {
  /** Where it is asked which were accepted. */
  static final String ACCEPTED = "/nodes/accepted";

  /** Where it is asked which have a receipt. */
  static final String RECEIPTS = "/nodes/receipts";

  /** How many are answered at once; of one address; and how many wait. */
  private static final Turns.Places PLACES = new Turns.Places(2, 32, 64);

  private static final AsciiString SECOND = AsciiString.cached("1");

  private final PathTemplate path;
  private final Supplier<ReceiptLookup> receipts;
  private final Turns turns;
  private final NodeSeal seal;
  private final KnownPeers peers;

  /**
   * Creates the operation.
   *
   * @param receipts returns what looks up the keys of one question
   * @param threads runs what may block
   * @param peers whose questions are looked at
   */
  EarlierAnswers(
      String path,
      Supplier<ReceiptLookup> receipts,
      Executor threads,
      NodeSeal seal,
      KnownPeers peers) {
    this.path = PathTemplate.of(path);
    this.receipts = receipts;
    this.turns = new Turns(PLACES, threads);
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
    Optional<List<ReceiptKey>> keys =
        peers.believes(exchange) ? NodeQuestion.asked(head, seal) : Optional.empty();
    if (keys.isEmpty()) {
      exchange.respond(Problem.RESPONSES.notFound());
    } else {
      turns.add(exchange.connection().client(), new Answering(keys.get(), exchange));
    }
    return BodyReader.DROPPED;
  }

  private final class Answering implements Turns.Task {
    private final List<ReceiptKey> keys;
    private final Exchange exchange;

    private Answering(List<ReceiptKey> keys, Exchange exchange) {
      this.keys = keys;
      this.exchange = exchange;
    }

    @Override
    public void run(Runnable done) {
      try {
        ReceiptLookup here = receipts.get();
        exchange.respond(
            NodeQuestion.response(keys.stream().map(key -> answer(here, key)).toList()));
      } catch (RuntimeException e) {
        exchange.respond(notNow("the table of receipts cannot be read"));
        throw e;
      } finally {
        done.run();
      }
    }

    /** What has moved to another node is not asked for there: the next question finds it. */
    private static EarlierAnswer answer(ReceiptLookup here, ReceiptKey key) {
      return here.look(key) instanceof ReceiptLookup.Place.Here(EarlierAnswer answer)
          ? answer
          : EarlierAnswer.UNKNOWN;
    }

    @Override
    public void refused() {
      exchange.respond(notNow("too many questions of nodes"));
    }

    private static Response notNow(String why) {
      return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why)
          .response(HttpHeaderNames.RETRY_AFTER, SECOND);
    }
  }
}
