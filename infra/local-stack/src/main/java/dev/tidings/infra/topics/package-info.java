/**
 * Provisioning of the log's topics and of their schemas.
 *
 * <p>In: the catalogue {@link dev.tidings.schemas.topic.LogTopics} and a cluster. Out: what is
 * missing is created, a configuration that is different is set, and what can't be set is told: one
 * {@link dev.tidings.infra.topics.TopicOutcome} a topic.
 */
@NullMarked
package dev.tidings.infra.topics;

import org.jspecify.annotations.NullMarked;
