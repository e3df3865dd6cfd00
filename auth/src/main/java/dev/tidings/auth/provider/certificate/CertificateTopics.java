package dev.tidings.auth.provider.certificate;

import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The topics that a client certificate is for.
 *
 * @param app the bundle id in its subject
 * @param listed the topics that it lists; empty if it lists none, and so is for all of its app
 */
public record CertificateTopics(String app, Optional<Set<String>> listed) {

  /** Returns whether it is for a topic, as far as its list says. */
  public boolean contains(String topic) {
    return listed.isEmpty() || listed.get().contains(topic);
  }

  /** Returns the topic of a request that names none; null if the certificate has several. */
  public @Nullable String only() {
    if (listed.isEmpty()) {
      return app;
    }
    return listed.get().size() == 1 ? listed.get().iterator().next() : null;
  }
}
