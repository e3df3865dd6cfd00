package dev.tidings.infra.process;

import java.util.List;
import java.util.stream.Collectors;

/** Ports that others listen on already; the message names them all, a line each. */
public final class PortsTakenException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  PortsTakenException(List<Ports.Wanted> taken) {
    super(
        taken.stream()
            .map(port ->
                "%s port %d is taken (set %s, or 0 for any free one)"
                    .formatted(port.name(), port.port(), port.option()))
            .collect(Collectors.joining(System.lineSeparator())));
  }
}
