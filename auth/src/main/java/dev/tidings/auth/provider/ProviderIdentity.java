package dev.tidings.auth.provider;

import dev.tidings.auth.Apps;
import dev.tidings.auth.provider.certificate.CertificateTopics;
import dev.tidings.auth.provider.certificate.ProviderCertificate;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * A provider that has proved who it is.
 *
 * @param team to whom its apps and their notifications belong
 * @param apps that it may send to and read of
 * @param isTeamWide whether these are all apps of the team
 * @param credential which one it has proved itself by: names it, and is no secret
 * @param certificate the topics of its certificate, which limit it further; empty if it has proved
 *     itself otherwise
 */
public record ProviderIdentity(
    String team,
    Apps apps,
    boolean isTeamWide,
    String credential,
    Optional<CertificateTopics> certificate) {

  /** One that has proved itself by a token or an API key. */
  public ProviderIdentity(String team, Apps apps, boolean isTeamWide, String credential) {
    this(team, apps, isTeamWide, credential, Optional.empty());
  }

  /**
   * Returns the owner of a credential. Its apps are those of the team at the moment; an app that
   * the credential names and the team does not have is none of them.
   *
   * @param names the apps that the credential is limited to, if it is
   */
  static ProviderIdentity of(
      ProviderDirectory directory, String team, Optional<List<String>> names, String credential) {
    Predicate<String> ofTeam = app -> directory.team(app).filter(team::equals).isPresent();
    Predicate<String> allowed =
        names.<Predicate<String>>map(each -> Set.copyOf(each)::contains).orElse(_ -> true);
    return new ProviderIdentity(team, Apps.where(allowed.and(ofTeam)), names.isEmpty(), credential);
  }

  /**
   * Returns the owner of a certificate. Its apps are the one that it is for, and those that it
   * lists as topics, as far as the team has them.
   */
  static ProviderIdentity of(
      ProviderDirectory directory, String team, ProviderCertificate certificate) {
    CertificateTopics topics = certificate.topics();
    Set<String> names = new HashSet<>(topics.listed().orElse(Set.of()));
    names.add(topics.app());
    String credential = Providers.CERTIFICATE + certificate.name();
    ProviderIdentity owner = of(directory, team, Optional.of(List.copyOf(names)), credential);
    return new ProviderIdentity(
        team, owner.apps(), owner.isTeamWide(), credential, Optional.of(topics));
  }
}
