package dev.tidings.http.files;

import io.netty.util.AsciiString;
import java.util.function.Predicate;

/**
 * What is said of files besides what they are.
 *
 * @param policy the Content-Security-Policy of pages
 * @param unchanging which names never stand for another content, as those with a hash of it do:
 *     clients need not ask again
 */
public record FileRules(AsciiString policy, Predicate<String> unchanging) {
  /** Nothing but what comes from here, and no page of others around it; each file may change. */
  public static final FileRules STRICT =
      new FileRules(
          AsciiString.cached(
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src"
                  + " 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; form-action"
                  + " 'none'; frame-ancestors 'none'"),
          name -> false);
}
