package dev.tidings.node.mqtt.register;

import dev.tidings.node.register.Registrar.Attributes;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What a registration says of its device, as far as it may.
 *
 * @param ignored the names of the members that were not understood, or that it may not say
 */
record Described(Attributes attributes, List<String> ignored) {

  /**
   * Reads what a request says: the user only where devices prove nothing, and of the tags those
   * that devices may give themselves.
   *
   * @throws InvalidValueException if the user has no name that can be written
   */
  static Described of(
      DeviceRequest.Register request, Registrable may, Set<BroadcastTopic> ownTags) {
    Set<String> ignored = new LinkedHashSet<>(request.ignored());
    if (may.proven() && request.user().isPresent()) {
      ignored.add("user");
    }
    Set<BroadcastTopic> tags = request.tags().orElse(Set.of());
    if (!ownTags.containsAll(tags)) {
      ignored.add("tags");
    }
    boolean says = request.tags().isPresent();
    Attributes attributes =
        new Attributes(
            may.user(request.user()).map(BroadcastTopic::user),
            which(tags, ownTags::contains),
            says ? which(ownTags, tag -> !tags.contains(tag)) : Set.of());
    return new Described(attributes, List.copyOf(ignored));
  }

  private static Set<BroadcastTopic> which(
      Set<BroadcastTopic> tags, Predicate<BroadcastTopic> wanted) {
    return tags.stream().filter(wanted).collect(Collectors.toUnmodifiableSet());
  }
}
