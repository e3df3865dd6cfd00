package dev.tidings.ingest.earlier;

import dev.tidings.http.Problem;
import dev.tidings.http.Request;
import dev.tidings.http.Response;
import dev.tidings.http.route.Operation;
import dev.tidings.ingest.operation.Turns;
import dev.tidings.ingest.peer.KnownPeers;
import dev.tidings.ingest.peer.NodeOperation;
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
 * The questions have places and threads of their own, so that they take none from requests for
 * traces. Thread-safe.
 */
final class EarlierAnswers implements NodeOperation.Answers<List<ReceiptKey>> {
  /** Where it is asked which were accepted. */
  static final String ACCEPTED = "/nodes/accepted";

  /** Where it is asked which have a receipt. */
  static final String RECEIPTS = "/nodes/receipts";

  /** How many are answered at once; of one address; and how many wait. */
  private static final Turns.Places PLACES = new Turns.Places(2, 32, 64);

  private static final AsciiString SECOND = AsciiString.cached("1");

  private final Supplier<ReceiptLookup> receipts;
  private final NodeSeal seal;

  private EarlierAnswers(Supplier<ReceiptLookup> receipts, NodeSeal seal) {
    this.receipts = receipts;
    this.seal = seal;
  }

  /**
   * Returns the operation that answers.
   *
   * @param receipts returns what looks up the keys of one question
   * @param threads runs what may block
   * @param peers whose questions are looked at
   */
  static Operation at(
      String path,
      Supplier<ReceiptLookup> receipts,
      Executor threads,
      NodeSeal seal,
      KnownPeers peers) {
    return new NodeOperation<>(
        path, new EarlierAnswers(receipts, seal), new Turns(PLACES, threads), peers);
  }

  @Override
  public Optional<List<ReceiptKey>> question(Request head) {
    return NodeQuestion.asked(head, seal);
  }

  @Override
  public Response answer(List<ReceiptKey> keys) {
    ReceiptLookup here = receipts.get();
    return NodeQuestion.response(keys.stream().map(key -> answer(here, key)).toList());
  }

  /** What has moved to another node is not asked for there: the next question finds it. */
  private static EarlierAnswer answer(ReceiptLookup here, ReceiptKey key) {
    return here.look(key) instanceof ReceiptLookup.Place.Here(EarlierAnswer answer)
        ? answer
        : EarlierAnswer.UNKNOWN;
  }

  @Override
  public Response failed() {
    return notNow("the table of receipts cannot be read");
  }

  @Override
  public Response busy() {
    return notNow("too many questions of nodes");
  }

  private static Response notNow(String why) {
    return Problem.of(HttpResponseStatus.SERVICE_UNAVAILABLE, why)
        .response(HttpHeaderNames.RETRY_AFTER, SECOND);
  }
}
