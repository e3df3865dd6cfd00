/**
 * Provisioning of the log's topics and of their schemas.
 *
 * <p>In: the catalogue {@link dev.tidings.schemas.topic.LogTopics} and a cluster. Out: missing
 * topics are created, differing configurations are set, and what cannot be set is reported: one
 * {@link dev.tidings.infra.topics.TopicOutcome} for each topic.
 */
@NullMarked
package dev.tidings.infra.topics;

import org.jspecify.annotations.NullMarked;
