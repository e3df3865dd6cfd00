/**
 * The management port of a service, for its operators. In: HTTP requests of a Prometheus server, an
 * orchestrator or a person. Out: metrics and health.
 */
@NullMarked
package dev.tidings.service.management;

import org.jspecify.annotations.NullMarked;
