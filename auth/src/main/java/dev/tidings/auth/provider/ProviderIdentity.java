package dev.tidings.auth.provider;

import dev.tidings.auth.Apps;
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
 */
public record ProviderIdentity(String team, Apps apps, boolean isTeamWide, String credential) {

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
}
