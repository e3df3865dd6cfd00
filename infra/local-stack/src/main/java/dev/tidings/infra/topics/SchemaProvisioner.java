package dev.tidings.infra.topics;

import dev.tidings.schemas.registry.client.RegistryClient;
import dev.tidings.schemas.topic.LogTopic;
import dev.tidings.schemas.topic.LogTopics;
import dev.tidings.schemas.topic.TopicNames;

/**
 * Registers the schemas of all values, those of each kind of entry in control too, so that the
 * services do not have to.
 */
public final class SchemaProvisioner {
  private final RegistryClient registry;

  /** Creates a provisioner; the caller closes {@code registry}. */
  public SchemaProvisioner(RegistryClient registry) {
    this.registry = registry;
  }

  /**
   * Registers each schema that the registry does not have yet.
   *
   * @return the number of subjects
   * @throws dev.tidings.schemas.registry.client.RegistryException if it refuses one, or does not
   *     respond
   */
  public int provision(TopicNames names) {
    int subjects = 0;
    for (LogTopic<?> topic : names.all(LogTopics.all())) {
      if (topic.schema().isPresent()) {
        registry.register(topic.subject(), topic.schema().get());
        subjects++;
      }
    }
    var control = LogTopics.controlSchemas(names.of(LogTopics.CONTROL));
    control.forEach(registry::register);
    return subjects + control.size();
  }
}
