package dev.tidings.infra.topics;

import dev.tidings.schemas.registry.RegistryClient;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;

/** Registers the schemas of the catalogue's values, so that the services need not. */
public final class SchemaProvisioner {
  private final RegistryClient registry;

  /** A provisioner for the registry of {@code registry}, which stays the caller's to close. */
  public SchemaProvisioner(RegistryClient registry) {
    this.registry = registry;
  }

  /**
   * Registers each schema that the registry does not have yet.
   *
   * @return how many subjects there are
   * @throws dev.tidings.schemas.registry.RegistryException if it refuses one, or does not answer
   */
  public int provision(TopicNames names) {
    int subjects = 0;
    for (LogTopic<?> topic : names.all(LogTopics.all())) {
      if (topic.schema().isPresent()) {
        registry.register(topic.subject(), topic.schema().get());
        subjects++;
      }
    }
    return subjects;
  }
}
