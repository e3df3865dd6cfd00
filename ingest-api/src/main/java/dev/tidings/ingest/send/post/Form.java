package dev.tidings.ingest.send.post;

import dev.tidings.http.Request;
import dev.tidings.ingest.send.Reading.Checking;
import dev.tidings.ingest.send.Refusal;
import dev.tidings.ingest.send.SendScope;

/** Decides, by what comes before its body, how the body of a request is read. */
@FunctionalInterface
interface Form {
  /** Returns how, or why it is not read at all. */
  Result of(Request head, SendScope scope);

  /** What it has decided. */
  sealed interface Result {}

  /** The body, or each line of it, is read so. */
  record Good(Checking checking) implements Result {}

  /** It is not read. */
  record Faulty(Refusal refusal) implements Result {}
}
