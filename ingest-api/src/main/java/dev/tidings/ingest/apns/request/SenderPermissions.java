package dev.tidings.ingest.apns.request;

import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.ProviderIdentity;
import dev.tidings.auth.provider.certificate.CertificateTopics;
import org.jspecify.annotations.Nullable;

/**
 * The apps and topics that a provider may send to.
 *
 * @param apps to which apps
 * @param certificate the topics of his certificate; null if he has proved himself otherwise
 */
public record SenderPermissions(Apps apps, @Nullable CertificateTopics certificate) {
  /** Who may send to every app. */
  public static final SenderPermissions ANYBODY = new SenderPermissions(Apps.ALL, null);

  /** Returns what a provider may send. */
  public static SenderPermissions of(ProviderIdentity provider) {
    return new SenderPermissions(provider.apps(), provider.certificate().orElse(null));
  }

  /** Returns the topic of a request; that of the certificate if the request names none. */
  @Nullable String topic(@Nullable String named) {
    return named == null && certificate != null ? certificate.only() : named;
  }

  /** Returns whether he may send to a topic, as far as can be told without its token. */
  public boolean isAllowed(String topic) {
    return certificate == null || certificate.contains(topic);
  }

  /** Returns whether he has a certificate, and it is for this topic as a whole. */
  boolean isCertifiedFor(String topic) {
    return certificate != null && certificate.app().equals(topic);
  }

  boolean hasCertificate() {
    return certificate != null;
  }
}
