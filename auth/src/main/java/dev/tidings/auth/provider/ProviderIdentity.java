package dev.tidings.auth.provider;

import dev.tidings.auth.Apps;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A provider that has proved who it is.
 *
 * @param team to whom its apps and their notifications belong
 * @param apps that it may send to and read of
 * @param isTeamWide whether these are all apps of the team
 * @param credential which one it has proved itself by: names it, and is no secret
 */
public record ProviderIdentity(String team, Apps apps, boolean isTeamWide, String credential) {

  /**
   * Returns the owner of a credential. An app that is another team's is never among its apps, even
   * if the credential names it.
   *
   * @param names the apps that the credential is limited to, if it is
   */
  static ProviderIdentity of(
      ProviderDirectory directory, String team, Optional<List<String>> names, String credential) {
    if (names.isEmpty()) {
      return new ProviderIdentity(
          team,
          Apps.where(app -> directory.team(app).filter(team::equals).isPresent()),
          true,
          credential);
    }
    Set<String> limited = Set.copyOf(names.get());
    return new ProviderIdentity(
        team,
        Apps.where(
            app -> limited.contains(app) && directory.team(app).map(team::equals).orElse(true)),
        false,
        credential);
  }
}
