package dev.tidings.ingest.push;

import dev.tidings.ingest.http.Answer;
import dev.tidings.ingest.http.ErrorAnswers;
import dev.tidings.ingest.request.Outcome;
import dev.tidings.ingest.request.RejectionReason;
import dev.tidings.schemas.value.NotificationId;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** Answers what no service got to see, or what one did not expect, in the same words. */
public final class ApnsErrors implements ErrorAnswers {
  private static final Pattern NO_LETTER = Pattern.compile("[^A-Za-z]");

  /**
   * The status' own words: none of Apple's reasons says that it was no request, and some of them
   * have providers delete tokens.
   */
  @Override
  public Answer malformed(HttpResponseStatus status) {
    String words = NO_LETTER.matcher(status.reasonPhrase()).replaceAll("");
    return Answer.of(
        status,
        ("{\"reason\":\"" + words + "\"}").getBytes(StandardCharsets.US_ASCII),
        HttpHeaderNames.CONTENT_TYPE,
        HttpHeaderValues.APPLICATION_JSON);
  }

  @Override
  public Answer failed() {
    return because(RejectionReason.INTERNAL_SERVER_ERROR);
  }

  private static Answer because(RejectionReason reason) {
    return Answers.of(new Outcome.Rejected(NotificationId.random(), reason));
  }
}
