/**
 * What all services start with. In: a service's configuration. Out: its health and metrics, the
 * topics, the installation and the schema registry, each once it is available.
 */
@NullMarked
package dev.tidings.service.context;

import org.jspecify.annotations.NullMarked;
