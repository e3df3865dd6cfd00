package dev.tidings.node.mqtt.register;

import dev.tidings.node.register.Registrar.Attributes;
import dev.tidings.schemas.value.BroadcastTopic;
import dev.tidings.schemas.value.InvalidValueException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
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
   * that devices may give themselves. One that a credential names, and that cannot be written, is
   * nobody: its device cannot choose another, and registers all the same.
   *
   * @throws InvalidValueException if the device names a user that cannot be written
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
    Optional<BroadcastTopic> user = may.proven() ? proven(may) : asked(request);
    boolean unnamed = may.proven() && may.user().isPresent() && user.isEmpty();
    if (unnamed) {
      ignored.add("user");
    }
    Attributes attributes =
        new Attributes(
            user,
            unnamed,
            which(tags, ownTags::contains),
            says ? which(ownTags, tag -> !tags.contains(tag)) : Set.of());
    return new Described(attributes, List.copyOf(ignored));
  }

  private static Optional<BroadcastTopic> asked(DeviceRequest.Register request) {
    return request.user().map(BroadcastTopic::user);
  }

  private static Optional<BroadcastTopic> proven(Registrable may) {
    try {
      return may.user().map(BroadcastTopic::user);
    } catch (InvalidValueException e) {
      return Optional.empty();
    }
  }

  private static Set<BroadcastTopic> which(
      Set<BroadcastTopic> tags, Predicate<BroadcastTopic> wanted) {
    return tags.stream().filter(wanted).collect(Collectors.toUnmodifiableSet());
  }
}
