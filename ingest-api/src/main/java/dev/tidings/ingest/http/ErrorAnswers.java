package dev.tidings.ingest.http;

/** The words for what no service got to see, or what one did not expect. Thread-safe. */
public interface ErrorAnswers {
  /** To what is no HTTP/1.1; in HTTP/2 such a stream is reset. */
  Answer malformed();

  /** When a service failed, or did not answer in time though it was told to. */
  Answer failed();
}
