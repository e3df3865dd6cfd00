/**
 * The whole pipeline on this machine: the local stack with its topics and schemas, and the three
 * services on top.
 *
 * <p>In: {@link dev.tidings.infra.pipeline.PipelineOptions}. Out: a running {@link
 * dev.tidings.infra.pipeline.Pipeline} that says where each of its services listens, and ends all
 * of them when it is closed.
 */
@NullMarked
package dev.tidings.infra.pipeline;

import org.jspecify.annotations.NullMarked;
